import type { Autoscaled } from './autoscale.ts';
import type { Decided } from './effects.ts';
import type { ScheduledRule } from './rules.ts';

export interface Found {
  readonly scaled: Autoscaled;
  readonly decisions: readonly Decided[];
  readonly failed: number;
  readonly requests: number;
  readonly sloMs: number;
  /** Still in force when the load ended: its boxes are not taken away yet. */
  readonly sale: ScheduledRule | null;
}

/** Where a load that was scaled for fell short of what the rules are there for. */
export function faultsOf({ scaled, decisions, failed, requests, sloMs, sale }: Found): string[] {
  const late = decisions.filter(({ backMs, afterMs }) => backMs === null || (afterMs ?? 0) > sloMs);
  return [
    ...(failed > 0 ? [`${failed} of ${requests} requests failed`] : []),
    ...(decisions.some(({ change }) => change === 'add') ? [] : [noMore(scaled)]),
    ...late.map(
      ({ service, from, to }) => `P95 was not within ${sloMs} ms again after ${service} ${from} → ${to}`,
    ),
    ...scaled.steps
      .filter(({ rule }) => rule === 'end' && sale === null)
      .map(({ service, from, to }) => `the rules had left ${service} at ${from}: ${to} only by the end`),
    ...Object.entries(scaled.start)
      .filter(([service, count]) => scaled.end[service] !== count)
      .map(
        ([service, count]) =>
          `${service} had ${count} boxes at the start and has ${scaled.end[service]} at the end`,
      ),
  ];
}

function noMore({ notes }: Autoscaled): string {
  const [note] = notes;
  return note === undefined
    ? 'the load was no reason for more boxes: give it a higher --rate'
    : `the rules brought no boxes: ${note.what}`;
}
