import type { Note } from '../autoscale/autoscale.ts';
import type { Step } from '../autoscale/change-boxes.ts';
import type { Rules } from '../autoscale/rules.ts';
import { RULES } from '../autoscale/rules.ts';
import type { StackState } from '../runtime/runtime.ts';
import { colour } from './colour.ts';
import { milliseconds } from './milliseconds.ts';
import { percent } from './table.ts';

/** What is watched, and by which rules. */
export function renderRules(state: StackState, services: readonly string[], following: Following): string {
  const { rules, speed, clock } = following;
  const { above, below, boxes, period, scheduled } = rules;
  const counts = services.map((service) => {
    const count = state.boxes.filter((box) => box.service === service).length;
    return `${service} ${count} boxes`;
  });
  return [
    `Stage ${state.stage}: ${counts.join(', ')}; never fewer than these, at most ${boxes.most} (${RULES})`,
    `  average CPU above ${percent(above.average)} over ${period * above.periods} s: ${percent(above.add)} more`,
    `  average CPU below ${percent(below.average)} for ${period * below.periods} s: ${percent(below.remove)} fewer`,
    ...scheduled.map(
      ({ name, from, until, boxes: wanted }) => `  ${name}, ${from} to ${until}: at least ${wanted}`,
    ),
    ...(speed === 1
      ? []
      : [`  the rules' clock runs ${speed} times as fast: all their times divided by ${speed}`]),
    ...(clock === undefined ? [] : [`  the rules' clock begins at ${new Date(clock).toISOString()}`]),
    '',
  ].join('\n');
}

export interface Following {
  readonly rules: Rules;
  readonly speed: number;
  readonly clock?: number;
}

/** A decision: when, how many boxes before and after, what was measured, by which rule, and how long it took. */
export function renderStep(step: Step, began: number): string {
  const { service, from, to, average, why, boxes, decidedAt, doneAt, change, rule } = step;
  const measured = rule === 'scheduled' && average !== null ? `, average CPU ${percent(average)}` : '';
  const done = `${boxes.join(', ')} ${change === 'add' ? 'ready' : 'drained and gone'} after ${milliseconds(doneAt - decidedAt)}`;
  const what = colour(change === 'add' ? 'green' : 'yellow', `${service} ${from} → ${to}`);
  return `${since(decidedAt, began)}  ${what}  ${why}${measured}; ${done}\n`;
}

/** What no rule acts on. */
export function renderNote({ at, what }: Note, began: number): string {
  return `${since(at, began)}  ${what}\n`;
}

/** Seconds since the beginning, as wide as the lines of a stopwatch. */
function since(moment: number, began: number): string {
  return `${((moment - began) / 1000).toFixed(0).padStart(4)} s`;
}
