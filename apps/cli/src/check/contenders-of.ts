import { type Contender, reference } from './contender.ts';

/** Versions of one stage with the reference between them, so that the versions swap places from boot to boot. */
export function versions(stage: number, root: string): Contender[] {
  return [{ role: 'this', stage }, reference, { role: 'other', stage, root }];
}

/** A stage, the reference, and the stage before it if there is one, under the same load. */
export function withReference(stage: number): Contender[] {
  const before: readonly Contender[] = stage > 1 ? [{ role: 'before', stage: stage - 1 }] : [];
  return [{ role: 'this', stage }, reference, ...before];
}
