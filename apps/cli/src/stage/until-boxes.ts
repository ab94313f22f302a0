import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import type { BoxState, Runtime, StackId } from '../runtime/runtime.ts';

const LIMIT_MS = 3000;
const EVERY_MS = 50;

/** What a verb asks of a box, and the states that show that it has it. A box that had ended before is down like a killed one. */
const SHOWN = {
  killed: ['killed', 'exited'],
  paused: ['paused'],
  resumed: ['starting', 'ready', 'unhealthy', 'killed', 'exited'],
  ready: ['ready'],
} as const satisfies Record<string, readonly BoxState[]>;

/**
 * Waits until these boxes are as a verb says that it made them, three seconds at most: it must be seen in the stack.
 *
 * @throws Failure naming the boxes that are not
 */
export async function untilBoxes(
  runtime: Runtime,
  id: StackId,
  names: readonly string[],
  wanted: keyof typeof SHOWN,
): Promise<void> {
  const states: readonly (BoxState | undefined)[] = SHOWN[wanted];
  for (const deadline = performance.now() + LIMIT_MS; ; ) {
    const boxes = (await runtime.state(id))?.boxes ?? [];
    const others = names
      .map((name) => ({ name, state: boxes.find((box) => box.name === name)?.state }))
      .filter(({ state }) => !states.includes(state));
    if (others.length === 0) return;
    if (performance.now() > deadline) {
      const found = others.map(({ name, state = 'gone' }) => `${name} is ${state}`).join(', ');
      throw new Failure(`It had no effect: ${found}, not ${wanted}.`, { next: `pnpm stage ${id.stage} ps` });
    }
    await sleep(EVERY_MS);
  }
}
