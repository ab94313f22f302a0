import Table from 'cli-table3';
import { BOOTS_A_RUN } from '../../check/evidence.ts';
import { head, PLAIN } from '../../report/table.ts';
import { DRAWS } from './draws.ts';
import type { Gate } from './gate.ts';

/** What may be and what must be: shares of the checks. */
const MOST_FALSE = 0.01;
const LEAST_FOUND = 0.95;

/** Whether every stage's checks keep what they promise. */
export function gateHolds({ stages }: Gate): boolean {
  return Object.values(stages).every(
    ({ saidSlower }) =>
      saidSlower.A.against <= MOST_FALSE &&
      saidSlower.A.baseline <= MOST_FALSE &&
      saidSlower[7].against >= LEAST_FOUND &&
      saidSlower[15].baseline >= LEAST_FOUND,
  );
}

/** The gate for people. */
export function renderGate(gate: Gate): string {
  const table = new Table({
    ...PLAIN,
    ...head('Stage', 'held against', 'run σ', 'false alarms', '7 % found', '15 % found'),
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
  });
  const share = (value: number) => `${(value * 100).toFixed(1)} %`;
  for (const [stage, { floor, saidSlower }] of Object.entries(gate.stages)) {
    const row = (name: 'against' | 'baseline', sigma: number) => [
      stage,
      name === 'against' ? 'a version' : 'its baseline',
      share(sigma),
      ...(['A', '7', '15'] as const).map((variant) => share(saidSlower[variant][name])),
    ];
    table.push(row('against', floor.against.cpu), row('baseline', floor.reference.cpu));
  }
  return [
    table.toString(),
    '',
    `Shares of ${DRAWS} checks each, drawn from ${boots(gate)} boots; at most 1 % false alarms, 7 % found against a version and`,
    '15 % against the baseline in at least 95 %.',
    `${gate.machine}; commit ${gate.commit}; ${gate.startedAt}; ${(gate.seconds / 60).toFixed(0)} min`,
    '',
  ].join('\n');
}

function boots({ stages }: Gate): number {
  return Object.values(stages).reduce((sum, { floor }) => sum + 3 * BOOTS_A_RUN * floor.runs, 0);
}
