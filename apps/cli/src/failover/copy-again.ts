import type { Runtime, StackState } from '../runtime/runtime.ts';
import { outrun, strays } from './databases.ts';
import { lastLeader, readJournal } from './journal.ts';

/**
 * Copies the primary again for each running database that lacks log which the primary no longer keeps, or that does not
 * follow it; its former data is set aside. One that is down is copied when it starts. Databases that cannot be asked are
 * left as they are, and so are all while a failover is not completed: who leads is then not certain.
 *
 * @param only a box's name; undefined: all
 * @returns the boxes that were copied
 */
export async function copyAgain(
  runtime: Runtime,
  state: StackState,
  only?: string,
): Promise<readonly string[]> {
  if (!state.boxes.some(({ kind }) => kind === 'replica')) return [];
  const journal = await readJournal(state);
  const primary = lastLeader(state, journal);
  if (primary === undefined || journal.underWay !== null) return [];
  const lost = await Promise.allSettled([outrun(runtime, state, primary), strays(runtime, state, primary)]);
  const names = lost.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const boxes = state.boxes.filter(
    (box) => names.includes(box.name) && box.state === 'ready' && (only === undefined || only === box.name),
  );
  for (const { name } of boxes) await runtime.restart(state, name);
  return boxes.map(({ name }) => name);
}
