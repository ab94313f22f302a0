import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import { databaseReads, observeReplicas } from '../metrics.ts';
import type { Dependency, ReadOptions, Store } from '../ports.ts';
import { within } from '../within.ts';
import { lsnNumber } from './lsn.ts';
import type { PostgresStore } from './postgres.ts';
import { choose, type Replica, replica } from './replica.ts';
import { setAside, watch } from './replica-watch.ts';

/** A replica that takes longer hangs: then the primary is asked. */
const READ_LIMIT_MS = 2000;

export interface ReplicatedStore extends Store {
  /** The replicas as optional dependencies: without them the primary serves everything. */
  readonly replicas: readonly Dependency[];
}

/**
 * Reads from the replicas, writes to the primary. A read goes to the least busy replica that answers, lags no more
 * than `replicaMaxLagMs` and has replayed the client's last write (`ReadOptions.after`); if it fails there, or there is
 * no such replica, to the primary. With `readYourWrites` off the client's token is ignored, and a client may not see
 * what it has just bought.
 */
export async function replicated(
  primary: PostgresStore,
  stores: readonly PostgresStore[],
  env: Pick<Environment, 'replicaMaxLagMs' | 'readYourWrites'>,
): Promise<ReplicatedStore> {
  const replicas = stores.map(replica);
  const watching = watch(primary, replicas);
  await watching.first;
  observeReplicas(replicas);
  let turn = 0;

  async function read<Value>(
    options: ReadOptions | undefined,
    ask: (store: Store) => Promise<Value>,
  ): Promise<Value> {
    const after = env.readYourWrites && options?.after !== undefined ? lsnNumber(options.after) : 0n;
    turn += 1;
    const chosen = choose(replicas, { after, maxLagMs: env.replicaMaxLagMs }, turn);
    if (chosen === undefined) return await askPrimary(ask);
    chosen.outstanding += 1;
    try {
      const value = await within(READ_LIMIT_MS, ask(chosen.store), `${chosen.name} does not answer`);
      databaseReads(chosen.name).inc();
      return value;
    } catch (error) {
      setAside(chosen, error);
    } finally {
      chosen.outstanding -= 1;
    }
    return await askPrimary(ask);
  }

  async function askPrimary<Value>(ask: (store: Store) => Promise<Value>): Promise<Value> {
    databaseReads(primary.pool.name).inc();
    return await ask(primary);
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
