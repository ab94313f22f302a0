import Table from 'cli-table3';
import { head, PLAIN } from '../../report/table.ts';
import { DRAWS } from './draws.ts';
import type { Gate } from './gate.ts';
import { VARIANTS } from './variants.ts';

/** What may be and what must be: shares of the checks. */
const MOST_FALSE = 0.01;
const LEAST_FOUND = 0.95;

/** Whether every stage's checks keep what they promise. */
export function gateHolds({ stages }: Gate): boolean {
  return Object.values(stages).every(
    ({ saidSlower }) =>
      saidSlower.A <= MOST_FALSE &&
      saidSlower.reference <= MOST_FALSE &&
      saidSlower[7] >= LEAST_FOUND &&
      saidSlower[15] >= LEAST_FOUND,
  );
}

/** The gate for people. */
export function renderGate(gate: Gate): string {
  const table = new Table({
    ...PLAIN,
    ...head('Stage', 'held against', 'run σ', 'false alarms', 'slower by', 'found'),
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
  });
  const share = (value: number) => `${(value * 100).toFixed(1)} %`;
  for (const [stage, { floor, saidSlower }] of Object.entries(gate.stages)) {
    const { A, 7: seven, reference, 15: fifteen } = saidSlower;
    table.push(
      [stage, 'a version', share(floor.against.cpu), share(A), '7 %', share(seven)],
      [stage, 'its baseline', share(floor.reference.cpu), share(reference), '15 %', share(fifteen)],
    );
  }
  return [
    table.toString(),
    '',
    `Shares of ${DRAWS} checks each, drawn from ${boots(gate)} boots; at most 1 % false alarms, 7 % found against a version and`,
    '15 % against the baseline in at least 95 %.',
    ...Object.entries(gate.stages).map(
      ([stage, { machine, commit, startedAt, seconds }]) =>
        `stage ${stage}: ${machine}; commit ${commit}; ${startedAt}; ${(seconds / 60).toFixed(0)} min`,
    ),
    '',
  ].join('\n');
}

function boots({ stages }: Gate): number {
  return Object.values(stages).reduce((sum, { floor }) => sum + VARIANTS.length * floor.boots, 0);
}
