import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import { countRead, observeReplicas } from '../metrics.ts';
import type { Dependency, ReadOptions, Store } from '../ports.ts';
import { within } from '../within.ts';
import { lsnNumber } from './lsn.ts';
import type { PostgresStore } from './postgres.ts';
import { choose, type Replica, replica } from './replica.ts';
import { setAside, watch } from './replica-watch.ts';

/** A database that takes longer hangs: then another is asked. */
const READ_LIMIT_MS = 2000;
/** Beyond every position in the log. */
const EVERYTHING = 2n ** 64n;

export interface ReplicatedStore extends Store {
  /** The replicas as optional dependencies: without them the primary serves everything. */
  readonly replicas: readonly Dependency[];
}

/**
 * Writes to the primary, reads spread over all: the least busy database that answers, lags no more than
 * `replicaMaxLagMs` and has replayed the client's last write (`ReadOptions.after`). The primary qualifies always, and
 * what its writes leave of it is as good for reading as a replica; if a read fails, another is asked. With
 * `readYourWrites` off the client's token is ignored, and a client may not see what it has just bought.
 */
export async function replicated(
  primary: PostgresStore,
  stores: readonly PostgresStore[],
  env: Pick<Environment, 'replicaMaxLagMs' | 'readYourWrites'>,
): Promise<ReplicatedStore> {
  const replicas = stores.map(replica);
  // It holds all that was ever written, by being where it is written.
  const home: Replica = { ...replica(primary), healthy: true, replayed: EVERYTHING };
  const watching = watch(home, replicas);
  await watching.first;
  observeReplicas(replicas);
  let turn = 0;

  async function read<Value>(
    options: ReadOptions | undefined,
    ask: (store: Store) => Promise<Value>,
  ): Promise<Value> {
    const after = env.readYourWrites && options?.after !== undefined ? lsnNumber(options.after) : 0n;
    turn += 1;
    const wanted = { after, maxLagMs: env.replicaMaxLagMs };
    // Whoever fails is set aside, so each turn finds another one; at the end there is only the primary to ask.
    for (let left = replicas.length; left > 0; left -= 1) {
      const chosen = choose([home, ...replicas], wanted, turn) ?? home;
      try {
        return await readFrom(chosen, ask);
      } catch (error) {
        setAside(chosen, error);
      }
    }
    return await readFrom(choose([home, ...replicas], wanted, turn) ?? home, ask);
  }

  async function readFrom<Value>(chosen: Replica, ask: (store: Store) => Promise<Value>): Promise<Value> {
    chosen.outstanding += 1;
    try {
      const value = await within(READ_LIMIT_MS, ask(chosen.store), `${chosen.name} does not answer`);
      countRead(chosen.name);
      return value;
    } finally {
      chosen.outstanding -= 1;
    }
  }

  /** The token for a write that was just committed. Without it the client's next reads may be older than its write. */
  async function token(): Promise<{ position?: string }> {
    if (!env.readYourWrites) return {};
    try {
      return { position: await primary.pool.position() };
    } catch (error) {
      log.warn({ err: error }, 'a write has no position');
      return {};
    }
  }

  return {
    replicas: replicas.map((one) => dependency(one, watching.stop)),
    shows: {
      list: (options) => read(options, (store) => store.shows.list()),
      find: (id, options) => read(options, (store) => store.shows.find(id)),
    },
    reservations: {
      seatMap: (showId, options) => read(options, (store) => store.reservations.seatMap(showId)),
      find: (id, options) => read(options, (store) => store.reservations.find(id)),
      async reserve(request) {
        const outcome = await primary.reservations.reserve(request);
        return outcome.kind === 'reserved' ? { ...outcome, ...(await token()) } : outcome;
      },
      async cancel(id) {
        const outcome = await primary.reservations.cancel(id);
        return outcome.kind === 'cancelled' ? { ...outcome, ...(await token()) } : outcome;
      },
    },
  };
}

function dependency(one: Replica, stop: () => void): Dependency {
  return {
    name: one.name,
    optional: true,
    async check() {
      if (!one.healthy) throw new Error('it does not answer');
    },
    async close() {
      stop();
      await one.store.pool.close();
    },
  };
}
