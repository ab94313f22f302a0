import { type Contender, referenceBeside } from './contender.ts';

/** The places of a boot: from one boot to the next, the two of a pair swap theirs. `boot` counts from 0. */
export function placesAt(boot: number, pair: readonly Contender[]): readonly Contender[] {
  return boot % 2 === 0 ? pair : pair.toReversed();
}

/** Two versions of one stage. */
export function versions(stage: number, root: string): Contender[] {
  return [
    { role: 'this', stage },
    { role: 'other', stage, root },
  ];
}

/** A stage, or another version of it, beside the reference. */
export function besideReference(stage: number, root?: string): Contender[] {
  return [{ role: 'this', stage, ...(root === undefined ? {} : { root }) }, referenceBeside(stage)];
}

/** A stage beside the one before it, under the same load. */
export function besideBefore(stage: number): Contender[] {
  return [
    { role: 'this', stage },
    { role: 'before', stage: stage - 1 },
  ];
}
