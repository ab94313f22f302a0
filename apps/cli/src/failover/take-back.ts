import { Failure } from '../failure.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { databaseBoxes, type Seen, unfence } from './databases.ts';
import { type Journal, writeJournal } from './journal.ts';

/**
 * Whether a failover that was cut short has promoted no database for certain: every other one answers, as a standby that
 * nobody asked to lead. The one that was to be replaced may be gone, or stand fenced.
 */
export function canBeTakenBack({ underWay }: Pick<Journal, 'underWay'>, seen: readonly Seen[]): boolean {
  return (
    underWay !== null &&
    seen.every(({ name, role, promoting }) =>
      name === underWay ? role !== 'standby' : role === 'standby' && !promoting,
    )
  );
}

/**
 * Lets the primary that was to be replaced lead again: its disk has what no other database may have.
 *
 * @returns what to tell the operator
 */
export async function takenBack(
  runtime: Runtime,
  state: StackState,
  { journal, from, why }: { readonly journal: Journal; readonly from: string; readonly why: string },
): Promise<Failure> {
  await Promise.all(databaseBoxes(state).map(({ name }) => runtime.follow(state, name, from)));
  await writeJournal(state, { startedAt: journal.startedAt, underWay: null, past: journal.past });
  await runtime.heal(state, from);
  // It may have been fenced, which outlasts a restart.
  await unfence(runtime, state, from);
  return new Failure(
    `The failover from ${from} was cut short, and was taken back because it could lose acknowledged sales: ${why}. ${from} leads again.`,
    {
      where: from,
      next: `Let the replicas catch up (\`pnpm stage ${state.stage} heal\`), then run the failover again.`,
    },
  );
}
