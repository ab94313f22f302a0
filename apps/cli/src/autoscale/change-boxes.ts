import type { Runtime, StackId, StackState } from '../runtime/runtime.ts';
import type { Change } from './decide.ts';

/** A service that got more boxes, or fewer. Moments in milliseconds since 1970. */
export interface Step extends Omit<Change, 'rule'> {
  readonly service: string;
  /** `end`: what was added is taken back. */
  readonly rule: Change['rule'] | 'end';
  readonly decidedAt: number;
  /** All new boxes were ready, or those that went had finished what they served. */
  readonly doneAt: number;
  /** Which boxes came or went. */
  readonly boxes: readonly string[];
}

/** Starts or drains boxes as decided, and waits until that is done. */
export async function changeBoxes(
  runtime: Runtime,
  id: StackId,
  wanted: Omit<Step, 'decidedAt' | 'doneAt' | 'boxes'>,
): Promise<Step> {
  const decidedAt = Date.now();
  const before = await runtime.state(id);
  const after = await runtime.scale(id, wanted.service, wanted.to);
  const [more, fewer] = wanted.change === 'add' ? [after, before] : [before, after];
  const others = boxesOf(fewer, wanted.service);
  const boxes = boxesOf(more, wanted.service).filter((name) => !others.includes(name));
  return { ...wanted, decidedAt, doneAt: Date.now(), boxes };
}

/**
 * Takes back what was added to a service, so that the stack is as it was found; null: there is nothing to take back, or no
 * stack any more.
 */
export async function takeBack(
  runtime: Runtime,
  id: StackId,
  { service, start }: { service: string; start: number },
): Promise<Step | null> {
  const from = boxesOf(await runtime.state(id), service).length;
  if (from <= start) return null;
  return changeBoxes(runtime, id, {
    service,
    change: 'remove',
    rule: 'end',
    from,
    to: start,
    average: null,
    why: 'the end: what was added is taken back',
  });
}

/** The boxes of a service, by name. */
export function boxesOf(state: StackState | null, service: string): string[] {
  return (state?.boxes ?? []).filter((box) => box.service === service).map(({ name }) => name);
}
