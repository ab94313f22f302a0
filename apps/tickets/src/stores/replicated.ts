import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import { countRead, observeReplicas } from '../metrics.ts';
import type { ReadOptions, Store } from '../ports.ts';
import { within } from '../within.ts';
import { Busy } from './busy.ts';
import type { Cluster } from './cluster.ts';
import { lsnNumber, lsnText } from './lsn.ts';
import { mailsIn } from './mails.ts';
import { postgres } from './postgres.ts';
import { choose, furthest, type Replica } from './replica.ts';
import { setAside } from './replica-watch.ts';

/** A database that takes longer hangs: then another is asked. */
const READ_LIMIT_MS = 2000;

interface Chosen {
  readonly chosen: Replica;
  /** The position that its answer includes. */
  readonly includes: bigint;
}

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
      const { chosen, includes } = await chooseAfter(after);
      try {
        const value = await readFrom(chosen, ask);
        if (options?.note !== undefined && includes > 0n) options.note.position = lsnText(includes);
        return value;
      } catch (error) {
        // The least busy one was chosen, so the others are no help.
        if (error instanceof Busy) throw error;
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
   * all the same. Asking one costs it little, and spares the primary a read: after each sale, with a cache. A position
   * that the primary has not reached is ignored, so that a forged one does not send its reads there.
   */
  async function chooseAfter(after: bigint): Promise<Chosen> {
    const known = chooseFor(after);
    if (after === 0n || !known.leads) return chosenFor(known, after);
    const replicas = members.filter(({ leads }) => !leads);
    const near = choose(replicas, wanted(0n), turn);
    if (near === undefined) return chosenFor(known, (await watching.reached(after)) ? after : 0n);
    await watching.refresh(near);
    const found = choose([near], wanted(after), turn);
    if (found !== undefined) return chosenFor(found, after);
    return (await watching.reached(after)) ? chosenFor(known, after) : chosenFor(chooseFor(0n), 0n);
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

  /**
   * A replica's answer includes what it had replayed before it was asked. The primary's own position is of no use here: it
   * counts writes that still wait for their confirmation, which nobody may read yet.
   */
  function chosenFor(chosen: Replica, after: bigint): Chosen {
    return { chosen, includes: chosen.leads ? after : chosen.replayed };
  }

  /** The token for a write that was just committed. Without it the client's next reads may be older than its write. */
  async function token(): Promise<{ position?: string }> {
    if (!env.readYourWrites) return {};
    try {
      const position = await primary.position();
      watching.wrote(position);
      return { position };
    } catch (error) {
      log.warn({ err: error }, 'a write has no position');
      return {};
    }
  }

  return {
    reached: (position) => watching.reached(lsnNumber(position)),
    mails: mailsIn(primary),
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
