import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import { countRead, observeReplicas } from '../metrics.ts';
import type { ReadOptions, Store } from '../ports.ts';
import { Unavailable } from '../unavailable.ts';
import { within } from '../within.ts';
import { Busy } from './busy.ts';
import type { Cluster } from './cluster.ts';
import { lsnNumber, lsnText } from './lsn.ts';
import { mailsIn } from './mails.ts';
import { postgres } from './postgres.ts';
import { choose, nearest, type Replica } from './replica.ts';
import { setAside } from './replica-watch.ts';

/** A database that takes longer hangs: then another is asked. */
const READ_LIMIT_MS = 2000;
/** A replica replays what it lacks, or a promoted one is noticed, within a moment. */
const WAIT_MS = 400;
const LOOK_EVERY_MS = 20;

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
 * Without a primary, reads go on, from the replica that was nearest to it; `ageMs` says how old that may be by now. One of
 * which it is not known how far it lags is not read from. A client whose last write is on none of them is refused
 * (Unavailable), instead of being shown its seats as free.
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
        if (options?.note !== undefined && watching.leader() === undefined) options.note.aged = true;
        return value;
      } catch (error) {
        // The least busy one was chosen, so the others are no help.
        if (error instanceof Busy) throw error;
        setAside(chosen, error);
        if (chosen.leads) watching.hurry();
      }
    }
    return await readFrom((await chooseAfter(after)).chosen, ask);
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
    if (known === undefined) return await waitFor((await watching.reached(after)) ? after : 0n);
    if (after === 0n || !known.leads) return chosenFor(known, after);
    const replicas = members.filter(({ leads }) => !leads);
    const near = choose(replicas, wanted(0n), turn);
    if (near === undefined) return chosenFor(known, (await watching.reached(after)) ? after : 0n);
    await watching.refresh(near);
    const found = choose([near], wanted(after), turn);
    if (found !== undefined) return chosenFor(found, after);
    return (await watching.reached(after)) ? chosenFor(known, after) : chosenFor(near, 0n);
  }

  /** undefined: no database that answers is known to have it. */
  function chooseFor(after: bigint): Replica | undefined {
    const found = choose(members, wanted(after), turn);
    if (found !== undefined) return found;
    const leader = watching.leader();
    if (leader !== undefined) return leader;
    const near = nearest(members);
    return near !== undefined && near.timeline >= watching.timeline() && near.replayed >= after
      ? near
      : undefined;
  }

  /** Without a primary: a replica may have replayed the write in a moment, and a promoted one may be heard of. */
  async function waitFor(after: bigint): Promise<Chosen> {
    watching.hurry();
    const deadline = performance.now() + WAIT_MS;
    do {
      await Promise.all(members.filter(({ healthy }) => healthy).map((one) => watching.refresh(one)));
      const found = chooseFor(after);
      if (found !== undefined) return chosenFor(found, after);
      await sleep(LOOK_EVERY_MS);
    } while (performance.now() < deadline);
    throw chooseFor(0n) === undefined ? noDatabase() : notReplayed();
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
    ageMs() {
      if (watching.leader() !== undefined) return 0;
      return performance.now() - watching.heardAt() + (nearest(members)?.lagMs ?? 0);
    },
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
      async cancel(id, managementToken) {
        const outcome = await home.reservations.cancel(id, managementToken);
        return outcome.kind === 'cancelled' ? { ...outcome, ...(await token()) } : outcome;
      },
    },
  };
}

function noDatabase(): Unavailable {
  return new Unavailable('no-database', 'No database that answers is known to be up to date.', {
    detail: 'Try again in a moment.',
  });
}

function notReplayed(): Unavailable {
  return new Unavailable(
    'not-here-yet',
    'What you last bought is on no database that answers at the moment.',
    { detail: 'It stands. Ask again in a moment.' },
  );
}
