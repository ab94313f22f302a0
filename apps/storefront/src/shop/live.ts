import type { SeatChange } from './types.ts';

export interface LiveListener {
  /** The stream is open, first or again: what was sold meanwhile is unknown, so load the map. */
  opened(): void;
  changed(change: SeatChange): void;
  lost(): void;
}

/** The shop says 5 to 15 s (`Retry-After`), which no browser lets a page read of a stream. */
const WAIT_MS = { first: 1000, longest: 20_000 };
/** Every browser gets `missed` at the same moment, and they must not all ask at that moment. */
const RELOAD_WITHIN_MS = 1000;

/** What of the browser is used, so that a test can stand in for it. */
export interface Browser {
  open(path: string): EventSource;
  readonly page: Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>;
  random(): number;
}

const here = (): Browser => ({
  open: (path) => new EventSource(path),
  page: document,
  random: Math.random,
});

/**
 * Follows a show's seats until the returned function is called. The browser reconnects a broken stream by itself, but
 * gives up when it gets an error for an answer (no room, no app): then a new stream is opened, after a wait that
 * doubles. A tab that nobody sees has no stream: a browser has six connections to a site (HTTP/1.1), and six tabs
 * would take all of them.
 */
export function follow(showId: number, listener: LiveListener, browser: Browser = here()): () => void {
  const { page, random } = browser;
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let reload: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  function connect(): void {
    const opened = browser.open(`/shows/${showId}/events`);
    source = opened;
    opened.addEventListener('open', () => {
      failures = 0;
      listener.opened();
    });
    opened.addEventListener('seats', (event: MessageEvent<string>) => {
      listener.changed(JSON.parse(event.data) as SeatChange);
    });
    opened.addEventListener('missed', () => {
      clearTimeout(reload);
      reload = setTimeout(listener.opened, random() * RELOAD_WITHIN_MS);
    });
    opened.addEventListener('error', () => {
      if (source !== opened) return;
      listener.lost();
      if (opened.readyState !== EventSource.CLOSED) return;
      const wait = Math.min(WAIT_MS.longest, WAIT_MS.first * 2 ** failures);
      failures += 1;
      // Spread over time: all browsers lose their streams together when an instance goes.
      again = setTimeout(connect, wait * (0.5 + random()));
    });
  }

  function disconnect(): void {
    clearTimeout(again);
    clearTimeout(reload);
    source?.close();
    source = undefined;
  }

  function look(): void {
    disconnect();
    if (page.hidden) listener.lost();
    else connect();
  }

  page.addEventListener('visibilitychange', look);
  if (!page.hidden) connect();
  return () => {
    page.removeEventListener('visibilitychange', look);
    disconnect();
  };
}
