import type { Environment } from '../environment.ts';
import { countRead, observeReplicas } from '../metrics.ts';
import type { Dependency, ReadOptions, Store } from '../ports.ts';
import { Unavailable } from '../unavailable.ts';
import { within } from '../within.ts';
import { Busy } from './busy.ts';
import type { Cluster } from './cluster.ts';
import { forgetKeys } from './forget-keys.ts';
import { homeWriter } from './home-writer.ts';
import { lsnNumber, lsnText } from './lsn.ts';
import { mailsIn } from './mails.ts';
import { cancelOutcome, purchaseToDeliver } from './postgres.ts';
import type { Replica } from './replica.ts';
import { setAside } from './replica-watch.ts';
import { cancel } from './sql.ts';

/** A database that takes longer hangs: then another is asked. */
const READ_LIMIT_MS = 2000;
/** A write's own log is on its way here while its answer is: waiting for it is shorter than the way home. */
const REPLAY_LIMIT_MS = 200;

export interface RegionalStore extends Store, Dependency {
  /** How old what is read here may be, in milliseconds; it grows while the home region cannot be reached. */
  ageMs(): number;
}

/**
 * A store whose first database is near and whose others are in other regions. Reads are answered near by, however far
 * that copy lags, but for a client's own writes (`ReadOptions.after`): those are waited for, then read where they were
 * made. Writes go to whichever database leads, in one round trip.
 *
 * While the one that leads cannot be reached, writes are refused (Unavailable) and reads go on; only who would have to be
 * shown a write of theirs that is not here yet is refused, too, instead of being told something wrong.
 */
export function regional(
  { members, primary, watching }: Cluster,
  env: Pick<Environment, 'readYourWrites' | 'boxName'>,
): RegionalStore {
  observeReplicas(members);
  const near = members[0];
  if (near === undefined) throw new Error('a region needs a database');
  const writer = homeWriter(members, watching, env);

  async function read<Value>(
    options: ReadOptions | undefined,
    ask: (store: Store) => Promise<Value>,
  ): Promise<Value> {
    const after = await believed(options?.after);
    // The near one is the first of them.
    for (const one of members) {
      if (!one.healthy || !(one === near ? await holds(one, after) : has(one, after))) continue;
      // What a primary has written may still wait for its confirmation: nobody may read that yet.
      const includes = one.leads ? after : one.replayed;
      try {
        const value = await readFrom(one, ask);
        if (options?.note !== undefined && includes > 0n) options.note.position = lsnText(includes);
        return value;
      } catch (error) {
        if (error instanceof Busy) throw error;
        setAside(one, error);
        if (one.leads) watching.hurry();
      }
    }
    throw after === 0n ? nobody() : notHereYet();
  }

  /** The position as a number; 0 for one that the home region has never reached. */
  async function believed(text: string | undefined): Promise<bigint> {
    if (!env.readYourWrites || text === undefined) return 0n;
    const after = lsnNumber(text);
    return (await watching.reached(after)) ? after : 0n;
  }

  /** Whether the copy near by has replayed a write, or does so within a moment. All clients that wait share a question. */
  async function holds(copy: Replica, after: bigint): Promise<boolean> {
    const deadline = performance.now() + REPLAY_LIMIT_MS;
    while (!has(copy, after)) {
      if (performance.now() > deadline || !copy.healthy) return false;
      await watching.refresh(copy);
    }
    return true;
  }

  return {
    reached: (position) => watching.reached(lsnNumber(position)),
    ageMs() {
      const leader = watching.leader();
      if (leader === near) return 0;
      const silent = performance.now() - watching.heardAt();
      const isKnown = leader?.healthy && near !== undefined && Number.isFinite(near.lagMs);
      return isKnown ? near.lagMs : silent;
    },
    name: 'home region',
    optional: true,
    async check() {
      if (watching.leader() === undefined) throw new Error('it cannot be reached: nothing can be bought');
    },
    close: writer.close,
    mails: mailsIn(primary),
    shows: {
      list: (options) => read(options, (store) => store.shows.list()),
      find: (id, options) => read(options, (store) => store.shows.find(id)),
    },
    reservations: {
      seatMap: (showId, options) => read(options, (store) => store.reservations.seatMap(showId)),
      find: (id, options) => read(options, (store) => store.reservations.find(id)),
      async reserve(request) {
        const purchase = purchaseToDeliver(request);
        forgetKeys(primary);
        const { json, position } = await writer.decide(purchase.statement, purchase.values);
        watching.wrote(position);
        const outcome = purchase.outcome(json);
        return outcome.kind === 'reserved' ? { ...outcome, position } : outcome;
      },
      async cancel(id, token) {
        const { json, position } = await writer.decide(cancel, [id, token]);
        watching.wrote(position);
        const outcome = cancelOutcome(json);
        return outcome.kind === 'cancelled' ? { ...outcome, position } : outcome;
      },
    },
  };
}

/** Whether a database has replayed a write, as far as it was last heard of. */
function has(one: Replica, after: bigint): boolean {
  return one.leads || one.replayed >= after;
}

async function readFrom<Value>(chosen: Replica, ask: (store: Store) => Promise<Value>): Promise<Value> {
  const value = await within(READ_LIMIT_MS, ask(chosen.store), `${chosen.name} does not answer`);
  countRead(chosen.name);
  return value;
}

function nobody(): Unavailable {
  return new Unavailable('no-database', 'No database of the shop can be reached from this region.', {
    detail: 'Try again in a moment.',
  });
}

function notHereYet(): Unavailable {
  return new Unavailable(
    'not-here-yet',
    'What you last bought is not known in this region yet, and the region that knows it cannot be reached.',
    { detail: 'It stands. Ask again when the connection between the regions is back.' },
  );
}
