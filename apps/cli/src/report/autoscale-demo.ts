import Table from 'cli-table3';
import type { Demo } from '../autoscale/demo.ts';
import { colour } from './colour.ts';
import { milliseconds } from './milliseconds.ts';
import { renderProvenance } from './provenance.ts';
import { head, PLAIN, percent } from './table.ts';

const COLOURS = { holds: 'green', 'falls short': 'red', void: 'yellow' } as const;
const MEANINGS = {
  holds:
    'holds: no request failed, P95 was within the SLO after each decision, and there are as many boxes as at the start',
  'falls short': 'falls short',
  void: 'void',
} as const;

/** A load that rose and fell: what requests met in each phase, what each decision did for them, and whether it holds. */
export function renderDemo(result: Demo): string {
  const { verdict, faults, why, provenance, requests, failed, failures, scenario, rate, times, start, end } =
    result;
  const counts = Object.entries(start).map(
    ([service, count]) => `${service} ${count} at the start, ${end[service]} at the end`,
  );
  return [
    `Stage ${result.stage}, ${scenario}: ${rate}/s, then ${times} times as many, then ${rate}/s again`,
    '',
    phases(result),
    '',
    decisions(result),
    '',
    `${failed} of ${requests} requests failed; ${counts.join(', ')}`,
    ...failures.map(
      ({ failure, count, firstMs, lastMs }) =>
        `  ${count} × ${failure}, sent ${seconds(firstMs)} to ${seconds(lastMs)} after the load began`,
    ),
    ...faults.map((fault) => `  ${fault}`),
    colour(COLOURS[verdict], MEANINGS[verdict]),
    '',
    renderProvenance(provenance, why),
    '',
  ].join('\n');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function phases(result: Demo): string {
  const table = new Table({ ...PLAIN, ...head('', 'rate', 'boxes', 'requests', 'failed', 'P50', 'P95') });
  for (const { name, from, to, boxes, requests, failed, p50Ms, p95Ms } of result.phases) {
    const rate = from === to ? `${to}/s` : `${from} → ${to}/s`;
    table.push([name, rate, boxes.join(' → '), requests, failed, milliseconds(p50Ms), milliseconds(p95Ms)]);
  }
  return String(table);
}

function decisions({ decisions, sloMs }: Demo): string {
  const back = `P95 within ${sloMs} ms`;
  const table = new Table({
    ...PLAIN,
    ...head('decision', 'rule', 'average CPU', 'P95 before', back, 'P95 from then on'),
  });
  for (const { service, from, to, rule, average, beforeMs, backMs, afterMs } of decisions) {
    table.push([
      `${service} ${from} → ${to}`,
      rule,
      average === null ? '–' : percent(average),
      milliseconds(beforeMs),
      backMs === null ? 'not again' : backMs === 0 ? 'all the time' : `after ${milliseconds(backMs)}`,
      milliseconds(afterMs),
    ]);
  }
  return decisions.length === 0 ? 'No decision: no rule was met.' : String(table);
}
