import { Failure } from '../failure.ts';
import { suggestion } from '../nearest.ts';
import type { Box, StackState } from '../runtime/runtime.ts';
import { boxesIn, regionsOf } from '../stage/regions.ts';
import { readStage } from '../stage/stages.ts';

/** One box by its name, or all boxes of a region. */
export interface Named {
  readonly region: string | null;
  readonly boxes: readonly Box[];
}

/** The box of that name, or the boxes of the region of that name. @throws Failure with the nearest name. */
export async function boxesNamed(state: StackState, name: string): Promise<Named> {
  const file = await readStage(state.stage);
  const regions = regionsOf(file);
  if (regions.includes(name)) return { region: name, boxes: boxesIn(file, state, name) };
  return { region: null, boxes: [boxNamed(state, name, regions)] };
}

/** A box of a running stack by name. @throws Failure with the nearest name when there is none. */
export function boxNamed(state: StackState, name: string, others: readonly string[] = []): Box {
  const box = state.boxes.find((each) => each.name === name);
  if (box) return box;
  const names = [...state.boxes.map((each) => each.name), ...others];
  throw new Failure(`Stage ${state.stage} runs no box "${name}".`, { next: suggestion(name, names) });
}
