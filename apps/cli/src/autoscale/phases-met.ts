import type { Autoscaled } from './autoscale.ts';
import type { Step } from './change-boxes.ts';
import type { Phase } from './course.ts';
import { type Met, metBetween } from './effects.ts';
import type { UnderLoad } from './under-load.ts';

/** A phase of a load: what requests met in it. */
export interface PhaseMet extends Phase, Met {
  /** How many boxes there were at its beginning, and after each change in it. */
  readonly boxes: readonly number[];
}

/** What those who asked met in each phase of a load that was scaled for. */
export function phasesMet(
  { began, outcomes, scaled }: UnderLoad,
  phases: readonly Phase[],
  services: readonly string[],
): PhaseMet[] {
  let from = began;
  return phases.map((phase) => {
    const to = from + phase.seconds * 1000;
    const within = scaled.steps.filter(({ doneAt }) => doneAt >= from && doneAt < to);
    const before = scaled.steps.filter(({ doneAt }) => doneAt < from);
    const upTo = (count: number) => countAfter(scaled, [...before, ...within.slice(0, count)], services);
    const boxes = [upTo(0), ...within.map((_, index) => upTo(index + 1))];
    const told = { ...phase, ...metBetween(outcomes, from, to), boxes };
    from = to;
    return told;
  });
}

/** Boxes of all the services, after these steps. */
function countAfter({ start }: Autoscaled, steps: readonly Step[], services: readonly string[]): number {
  const counts = services.map(
    (service) => steps.findLast((step) => step.service === service)?.to ?? start[service] ?? 0,
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
