import type { SeatChange } from './types.ts';

export interface LiveListener {
  /** The stream is open, first or again: what was sold meanwhile is unknown, so load the map. */
  opened(): void;
  changed(change: SeatChange): void;
  lost(): void;
}

const LONGEST_WAIT_MS = 10_000;

/**
 * Follows a show's seats until the returned function is called. The browser reconnects a broken stream by itself, but
 * gives up for good when it gets an error for an answer (the load balancer's 503): then a new stream is opened.
 */
export function follow(showId: number, listener: LiveListener): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const connect = (): void => {
    source = new EventSource(`/shows/${showId}/events`);
    source.addEventListener('open', () => {
      failures = 0;
      listener.opened();
    });
    source.addEventListener('seats', (event: MessageEvent<string>) => {
      listener.changed(JSON.parse(event.data) as SeatChange);
    });
    source.addEventListener('missed', () => {
      // Every browser is told at the same moment, and need not ask at the same moment.
      timer = setTimeout(listener.opened, Math.random() * 1000);
    });
    source.addEventListener('error', () => {
      listener.lost();
      if (source.readyState !== EventSource.CLOSED) return;
      failures += 1;
      // Spread over time: all browsers lose their streams together when an instance goes.
      const wait = Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures) * (0.5 + Math.random() / 2);
      timer = setTimeout(connect, wait);
    });
  };

  connect();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
