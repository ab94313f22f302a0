import type { Provenance } from '../../measure/provenance.ts';
import { provenanceLines } from '../../report/provenance.ts';
import type { JourneyStage } from '../record.ts';
import { html, type Markup } from './html.ts';
import { durationText } from './wording.ts';

/** Under what circumstances a stage's figures came about: what is the same for its measurements is said once. */
export function originOf({ step, drill, provenance, seconds }: JourneyStage): (readonly [string, string])[] {
  const measurements = [
    ...(step === null ? [] : [{ name: 'Comparison', of: step.comparison.provenance }]),
    { name: 'Ladder', of: provenance },
    { name: 'Drill', of: drill.provenance },
  ];
  const all = measurements.map(({ of }) => of);
  return [
    ...measurements.map(({ name, of }) => [name, provenanceLines(of)[0] ?? ''] as const),
    ['Boxes', once(all, (of) => provenanceLines(of)[1] ?? '')],
    ['Machine', `${once(all, ({ machine }) => machine)}; k6 ${once(all, ({ k6 }) => k6)}`],
    ['Commit', once(all, ({ commit }) => commit)],
    ['When', `${once(all, ({ startedAt }) => startedAt)}; ${durationText(seconds)} in all`],
  ];
}

/** The same at the foot of a stage's section. */
export function originList(stage: JourneyStage): Markup {
  const lines = originOf(stage).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`);
  return html`<dl class="provenance">${lines}</dl>`;
}

function once(all: readonly Provenance[], of: (provenance: Provenance) => string): string {
  return [...new Set(all.map(of))].join(', ');
}
