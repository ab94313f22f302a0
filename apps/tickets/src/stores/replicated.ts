import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import { countRead, observeReplicas } from '../metrics.ts';
import type { ReadOptions, Store } from '../ports.ts';
import { within } from '../within.ts';
import type { Cluster } from './cluster.ts';
import { lsnNumber } from './lsn.ts';
import { postgres } from './postgres.ts';
import { choose, furthest, type Replica } from './replica.ts';
import { setAside } from './replica-watch.ts';

/** A database that takes longer hangs: then another is asked. */
const READ_LIMIT_MS = 2000;

/**
 * Writes to the primary, reads spread over all: the least busy database that answers, lags no more than
 * `replicaMaxLagMs` and has replayed the client's last write (`ReadOptions.after`). The primary qualifies always, and
 * what its writes leave of it is as good for reading as a replica; if a read fails, another is asked. With
 * `readYourWrites` off the client's token is ignored, and a client may not see what it has just bought.
 *
 * Without a primary, reads go on: what no replica qualifies for is answered by the one that has come furthest.
 */
export function replicated(
  { members, primary, watching }: Cluster,
  env: Pick<Environment, 'replicaMaxLagMs' | 'readYourWrites'>,
): Store {
  observeReplicas(members);
  const home = postgres(primary);
  let turn = 0;

  async function read<Value>(
    options: ReadOptions | undefined,
    ask: (store: Store) => Promise<Value>,
  ): Promise<Value> {
    const after = env.readYourWrites && options?.after !== undefined ? lsnNumber(options.after) : 0n;
    turn += 1;
    // Whoever fails is set aside, so each turn finds another one.
    for (let left = members.length - 1; left > 0; left -= 1) {
      const chosen = await chooseAfter(after);
      try {
        return await readFrom(chosen, ask);
      } catch (error) {
        setAside(chosen, error);
        if (chosen.leads) watching.hurry();
      }
    }
    return await readFrom(chooseFor(after), ask);
  }

  const wanted = (after: bigint) => ({
    after,
    maxLagMs: env.replicaMaxLagMs,
    timeline: watching.timeline(),
  });

  /**
   * The watch asks twice a second how far the replicas have come; what was written since then they have mostly replayed
   * all the same. Asking one costs it little, and spares the primary a read: after each sale, with a cache.
   */
  async function chooseAfter(after: bigint): Promise<Replica> {
    const known = chooseFor(after);
    if (after === 0n || !known.leads) return known;
    const replicas = members.filter(({ leads }) => !leads);
    const near = choose(replicas, wanted(0n), turn);
    if (near === undefined) return known;
    await watching.ask(near);
    return choose([near], wanted(after), turn) ?? known;
  }

  function chooseFor(after: bigint): Replica {
    const leader = watching.leader();
    const usual = choose(members, wanted(after), turn) ?? (leader?.healthy ? leader : furthest(members));
    const found = usual ?? leader ?? members[0];
    if (found === undefined) throw new Error('the shop has no database');
    return found;
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
      return { position: await primary.position() };
    } catch (error) {
      log.warn({ err: error }, 'a write has no position');
      return {};
    }
  }

  return {
    shows: {
      list: (options) => read(options, (store) => store.shows.list()),
      find: (id, options) => read(options, (store) => store.shows.find(id)),
    },
    reservations: {
      seatMap: (showId, options) => read(options, (store) => store.reservations.seatMap(showId)),
      find: (id, options) => read(options, (store) => store.reservations.find(id)),
      async reserve(request) {
        const outcome = await home.reservations.reserve(request);
        return outcome.kind === 'reserved' ? { ...outcome, ...(await token()) } : outcome;
      },
      async cancel(id) {
        const outcome = await home.reservations.cancel(id);
        return outcome.kind === 'cancelled' ? { ...outcome, ...(await token()) } : outcome;
      },
    },
  };
}
