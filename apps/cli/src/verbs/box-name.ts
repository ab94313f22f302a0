import { Failure } from '../failure.ts';
import { suggestion } from '../nearest.ts';
import type { Box, StackState } from '../runtime/runtime.ts';

/** A box of a running stack by name. @throws Failure with the nearest name when there is none. */
export function boxNamed(state: StackState, name: string): Box {
  const box = state.boxes.find((each) => each.name === name);
  if (box) return box;
  const names = state.boxes.map((each) => each.name);
  throw new Failure(`Stage ${state.stage} runs no box "${name}".`, { next: suggestion(name, names) });
}
