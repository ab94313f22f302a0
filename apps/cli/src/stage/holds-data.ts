import { Failure } from '../failure.ts';
import type { StackState } from '../runtime/runtime.ts';

/** Kinds of box whose data is nowhere else, or that others count on to have it. */
export const HOLDS_DATA: ReadonlySet<string> = new Set(['single', 'db', 'replica', 'broker', 'mail']);

/** @throws Failure when fewer boxes of a service would mean that data goes with one of them. */
export function refuseToDropData(state: StackState, service: string, count: number): void {
  const boxes = state.boxes.filter((box) => box.service === service);
  const [box] = boxes;
  if (box === undefined || count >= boxes.length || !HOLDS_DATA.has(box.kind)) return;
  const going = boxes.slice(count).map((one) => one.name);
  throw new Failure(
    `${going.join(' and ')} would go, and what ${going.length > 1 ? 'they hold' : 'it holds'} with ${going.length > 1 ? 'them' : 'it'}: nothing was stopped.`,
    {
      where: going.join(', '),
      next: `A service that holds data can only grow. \`pnpm stage ${state.stage} kill ${going[0]}\` stops a box and keeps its data.`,
    },
  );
}
