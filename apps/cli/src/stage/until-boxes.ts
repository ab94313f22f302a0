import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import type { BoxState, Runtime, StackId } from '../runtime/runtime.ts';

const LIMIT_MS = 3000;
const EVERY_MS = 50;

/**
 * Waits until these boxes are in a state (`not: true`: in any other), three seconds at most: what a verb says that it did
 * must be seen in the stack.
 *
 * @throws Failure naming the boxes that are not
 */
export async function untilBoxes(
  runtime: Runtime,
  id: StackId,
  names: readonly string[],
  { state, not = false }: { readonly state: BoxState; readonly not?: boolean },
): Promise<void> {
  for (const deadline = performance.now() + LIMIT_MS; ; ) {
    const boxes = (await runtime.state(id))?.boxes ?? [];
    const others = names.flatMap((name) => {
      const found = boxes.find((box) => box.name === name)?.state ?? 'gone';
      return (found === state) === not || found === 'gone' ? [`${name} is ${found}`] : [];
    });
    if (others.length === 0) return;
    if (performance.now() > deadline)
      throw new Failure(`It had no effect: ${others.join(', ')}${not ? '' : `, not ${state}`}.`, {
        next: `pnpm stage ${id.stage} ps`,
      });
    await sleep(EVERY_MS);
  }
}
