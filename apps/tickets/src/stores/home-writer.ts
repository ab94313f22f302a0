import type { Environment } from '../environment.ts';
import { countHomeWrite } from '../metrics.ts';
import { NotSent } from '../not-sent.ts';
import { Unavailable } from '../unavailable.ts';
import { Busy } from './busy.ts';
import { type Decided, oneTrip } from './one-trip.ts';
import type { Statement } from './pool.ts';
import type { Replica } from './replica.ts';
import type { Watch } from './replica-watch.ts';

/** How often it is looked where connections are to be kept open: to whoever leads. */
const FOLLOW_EVERY_MS = 250;

export interface HomeWriter {
  /** @throws Unavailable when it was refused; any other error says nothing of what became of it. */
  decide(statement: Statement, values: readonly unknown[]): Promise<Decided>;
  close(): Promise<void>;
}

/** Writes to whichever of these databases leads, over connections that are open already; without one it refuses at once. */
export function homeWriter(
  members: readonly Replica[],
  watching: Watch,
  env: Pick<Environment, 'boxName'>,
): HomeWriter {
  const ways = new Map(members.map((one) => [one, oneTrip(one.store.pool.url, env)]));
  const follow = () => {
    for (const [one, way] of ways) way.keepOpen(one === watching.leader());
  };
  follow();
  const following = setInterval(follow, FOLLOW_EVERY_MS).unref();

  return {
    async decide(statement, values) {
      const leader = watching.leader();
      const way = leader === undefined ? undefined : ways.get(leader);
      if (leader === undefined || way === undefined) throw refused();
      // Postgres would take the write and answer only once a standby had it: the buyer would wait for nobody.
      if (leader.alone) throw refused(new Error(`${leader.name} has no standby to confirm a write`));
      try {
        const decided = await way.decide(statement, values);
        countHomeWrite('decided');
        return decided;
      } catch (error) {
        throw judged(error, watching);
      }
    },
    async close() {
      clearInterval(following);
      await Promise.all([...ways.values()].map((way) => way.close()));
    },
  };
}

function judged(error: unknown, watching: Watch): unknown {
  if (error instanceof Busy) {
    countHomeWrite('refused');
    return error;
  }
  const { severity, code } = error as { severity?: string; code?: string };
  // It was a standby when it was asked (25006), or refused the connection: nothing was done.
  if (error instanceof NotSent || code === '25006') {
    watching.hurry();
    return refused(error);
  }
  // What the database thinks of a statement; all but that it goes away meanwhile (57P) or that it took too long (57014).
  if (severity !== undefined && !code?.startsWith('57')) return error;
  watching.hurry();
  countHomeWrite('unknown');
  // What became of it nobody knows; `decided` (http/) says so.
  return new Error('the region that decides did not answer in time', { cause: error });
}

function refused(cause?: unknown): Unavailable {
  countHomeWrite('refused');
  return new Unavailable(
    'home-unreachable',
    'Nothing can be bought here at the moment: the region that decides cannot be reached.',
    { detail: 'Nothing was reserved. Looking around goes on; try again in a moment.', cause },
  );
}
