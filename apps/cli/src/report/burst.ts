import Table from 'cli-table3';
import type { Burst, Met } from '../measure/burst.ts';
import { milliseconds, perSecond } from './milliseconds.ts';
import { renderProvenance } from './provenance.ts';
import { head, PLAIN } from './table.ts';

/** An ordinary load and a burst: what buyers met, what waited for the workers, and whether every mail came. */
export function renderBurst(result: Burst): string {
  const { usual, burst, waiting, drainedMs, mails, faults, why, provenance } = result;
  const table = new Table({ ...PLAIN, ...head('', 'answers', 'wrong', 'P50', 'P95', 'slowest') });
  for (const met of [usual, burst]) table.push(row(met));
  return [
    String(table),
    '',
    drainedMs === null
      ? `When the burst was over, ${waiting} messages waited; the queue did not drain.`
      : `When the burst was over, ${waiting} messages waited; ${milliseconds(drainedMs)} later none did.`,
    ...(mails === null
      ? []
      : [
          `Tickets to be mailed: ${mails.expected}; mails missing: ${mails.missing}; more than one mail: ${mails.doubled}.`,
        ]),
    ...faults.map((fault) => `Falls short: ${fault}.`),
    '',
    renderProvenance(provenance, why),
    '',
  ].join('\n');
}

function row({ rate, seconds, requests, wrong, p50Ms, p95Ms, slowestMs }: Met): (string | number)[] {
  return [
    `${perSecond(rate)}, ${seconds} s`,
    requests,
    wrong,
    ...[p50Ms, p95Ms, slowestMs].map(milliseconds),
  ];
}
