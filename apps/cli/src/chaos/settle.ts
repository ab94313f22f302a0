import { setTimeout as sleep } from 'node:timers/promises';
import { readJournal } from '../failover/journal.ts';
import * as failover from '../verbs/failover.ts';
import * as heal from '../verbs/heal.ts';
import * as mend from '../verbs/mend.ts';
import * as reshard from '../verbs/reshard.ts';
import type { VerbModule } from '../verbs/verb.ts';
import type { Menu } from './menu.ts';
import { runVerb } from './run-verb.ts';
import { StackGone, type Subject, stateOf } from './stack.ts';

/** A stack that is not whole by then cannot be healed. */
const HEAL_LIMIT_MS = 150_000;
const AGAIN_MS = 1000;

/**
 * Ends every fault and completes every operation that was cut short, until all boxes are ready.
 *
 * @returns why the stack could not be healed; null: it is whole
 * @throws StackGone when it is not there any more
 */
export async function settle(stack: Subject, menu: Menu, signal: AbortSignal): Promise<string | null> {
  const { runtime, id } = stack;
  const deadline = Date.now() + HEAL_LIMIT_MS;
  await endFaults(stack, menu);
  const run = (verb: VerbModule, ...words: string[]) => runVerb(stack, { verb, words }, signal);
  let said = '';
  const note = ({ code, said: words }: { code: number | null; said: string }): boolean => {
    if (code !== 0) said = words;
    return code === 0;
  };
  while (Date.now() < deadline) {
    const state = await stateOf(stack);
    const { underWay } = await readJournal(state);
    const isLed = underWay === null || note(await run(failover));
    const isHealed = isLed && note(await run(heal));
    const isMended = isHealed && (!menu.operations.includes('cut') || note(await run(mend)));
    const isComplete = isMended && (menu.shards === 0 || note(await run(reshard)));
    if (
      isComplete &&
      (await stateOf(stack)).boxes.every((box) => box.kind === 'load' || box.state === 'ready')
    )
      return null;
    await sleep(AGAIN_MS, undefined, { signal });
  }
  const down = (await runtime.state(id))?.boxes.filter(
    ({ kind, state }) => kind !== 'load' && state !== 'ready',
  );
  const which = down?.map(({ name, state }) => `${name} is ${state}`).join(', ');
  return `the stack could not be healed within ${HEAL_LIMIT_MS / 1000} s${which ? `: ${which}` : ''}${said === '' ? '' : ` (${said})`}`;
}

/** Whatever of it is not in force is left alone. */
async function endFaults(stack: Subject, { boxes, faults }: Menu): Promise<void> {
  const { runtime, id } = stack;
  const isDropping = faults.includes('partition') || faults.includes('lossy-link');
  const { boxes: there } = await stateOf(stack);
  const known = there.map(({ name }) => name).filter((name) => boxes.includes(name));
  const endings = [
    ...(isDropping ? [() => runtime.faults.undrop(id)] : []),
    ...(faults.includes('pause') ? known.map((box) => () => runtime.faults.resume(id, box)) : []),
    ...(faults.includes('full-disk') ? known.map((box) => () => runtime.faults.unfill(id, box)) : []),
    ...(faults.includes('quota') ? [() => runtime.limit(id, 'all', 'file')] : []),
  ];
  for (const end of endings)
    await end().catch((error: unknown) => {
      if (error instanceof StackGone) throw error;
    });
}
