import { setMaxListeners } from 'node:events';
import { mulberry32 } from '../../measure/bootstrap.ts';
import type { Journal } from '../journal.ts';
import { buy } from './buyer.ts';
import type { ClientParts } from './client.ts';
import { read } from './reader.ts';
import { rush } from './rush.ts';
import { watch } from './watcher.ts';

/** Clients of each kind. */
const CLIENTS = { buyer: 8, reader: 2, rusher: 6, watcher: 4 } as const;
/** Not show 1, on which operations buy seats themselves. */
const SHOWS: readonly number[] = [2, 3, 5];
/** A show on which nothing happens between two rushes. */
const RUSHED_SHOW = 7;

export interface Crowd {
  /** Asks all to stop, and waits until what is under way is finished; streams stay open. */
  stop(): Promise<void>;
  /** Ends the streams. */
  close(): Promise<void>;
}

/** Starts all clients. They enter the shop at its sites in turn. */
export function startClients(
  journal: Journal,
  {
    sites,
    seed,
    signal,
  }: { readonly sites: readonly string[]; readonly seed: number; readonly signal: AbortSignal },
): Crowd {
  const stopping = new AbortController();
  const closing = new AbortController();
  const ended = AbortSignal.any([signal, stopping.signal]);
  const closed = AbortSignal.any([signal, closing.signal]);
  setMaxListeners(0, ended, closed);
  const parts = (kind: keyof typeof CLIENTS, index: number): ClientParts => ({
    process: `${kind}-${index + 1}`,
    site: sites[index % sites.length] ?? '',
    shows: SHOWS,
    random: mulberry32(seed * 1000 + kind.length * 100 + index),
    history: journal.history,
    ended,
    signal,
  });
  const start = <Kind extends keyof typeof CLIENTS>(kind: Kind, run: (parts: ClientParts) => Promise<void>) =>
    Array.from({ length: CLIENTS[kind] }, (_, index) => {
      const running = run(parts(kind, index));
      // When the run is given up they fail at once, and the caller waits for them later, if at all.
      running.catch(() => undefined);
      return running;
    });
  const rushing = start('rusher', (each) => rush({ ...each, shows: [RUSHED_SHOW] }));
  const asking = [...start('buyer', buy), ...start('reader', read), ...rushing];
  const watching = start('watcher', (each) => {
    const show = SHOWS[Number(each.process.split('-')[1]) % SHOWS.length] ?? 2;
    return watch({ ...each, shows: [show], ended: closed }, journal.streams);
  });
  return {
    async stop() {
      stopping.abort();
      await Promise.all(asking);
    },
    async close() {
      closing.abort();
      await Promise.all(watching);
    },
  };
}
