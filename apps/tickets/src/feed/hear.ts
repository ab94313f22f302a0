import { log } from '../log.ts';
import type { SeatChange } from '../ports.ts';
import type { Client } from '../redis/redis.ts';
import { readChanges } from './seat-changes.ts';

/** Where seat changes are published. */
export const CHANNEL = 'seat-changes';
/** A subscriber is only spoken to; by asking it learns that nobody is there to speak. */
const PING_EVERY_MS = 1000;

export interface Listener {
  readonly listening: boolean;
  close(): void;
}

/** Hears the seat changes that are published at a Redis, from now on and again whenever it is back. `listener`: its own. */
export function hear(
  listener: Client,
  told: { readonly change: (change: SeatChange) => void; readonly missed: () => void },
): Listener {
  let listening = false;

  listener.on('error', (error) => log.debug({ err: error }, 'the seat feed broke'));
  listener.on('message', (_channel, text) => {
    readChanges(text, told);
  });
  listener.on('close', () => {
    listening = false;
  });
  listener.on('ready', () => {
    listener.subscribe(CHANNEL).then(
      () => {
        listening = true;
        // Also the first time: a stream may have been opened before.
        told.missed();
      },
      (error) => log.warn({ err: error }, 'the seat feed cannot listen'),
    );
  });
  listener.connect().catch((error) => log.debug({ err: error }, 'the seat feed is not there yet'));
  const beat = setInterval(() => {
    if (listening) listener.ping().catch((error) => log.debug({ err: error }, 'the seat feed is silent'));
  }, PING_EVERY_MS).unref();

  return {
    get listening() {
      return listening;
    },
    close() {
      clearInterval(beat);
      listener.disconnect();
    },
  };
}
