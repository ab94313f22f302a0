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
export async function settle(
  stack: Subject,
  menu: Menu,
  { signal, limitMs = HEAL_LIMIT_MS }: { readonly signal: AbortSignal; readonly limitMs?: number },
): Promise<string | null> {
  const deadline = Date.now() + limitMs;
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
    // A failover may wait for a replica that is down: `heal` starts all but the primary that is replaced.
    const isHealed = note(await run(heal)) && isLed;
    const isMended = isHealed && (!menu.operations.includes('cut') || note(await run(mend)));
    const isComplete = isMended && (menu.shards === 0 || note(await run(reshard)));
    if (
      isComplete &&
      (await stateOf(stack)).boxes.every((box) => box.kind === 'load' || box.state === 'ready')
    )
      return null;
    await sleep(AGAIN_MS, undefined, { signal });
  }
  const missing = await lastWords(stack);
  return [
    `the stack could not be healed within ${Math.round(limitMs / 1000)} s`,
    ...missing,
    ...(said === '' ? [] : [said]),
  ].join('; ');
}

/** Which boxes are not ready, and what each of them said last. */
async function lastWords({ runtime, id, ...stack }: Subject): Promise<string[]> {
  const { boxes } = await stateOf({ runtime, id, ...stack });
  const missing = boxes.filter(({ kind, state }) => kind !== 'load' && state !== 'ready');
  return await Promise.all(
    missing.map(async ({ name, state }) => {
      let last = '';
      for await (const line of runtime.logs(id, { boxes: [name], tail: 1 })) last = line;
      return `${name} is ${state}${last === '' ? '' : `, and said last "${last.slice(0, 200)}"`}`;
    }),
  );
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
