import Table from 'cli-table3';
import { colour } from '../report/colour.ts';
import { head, PLAIN } from '../report/table.ts';
import { type FloorResult, MOST } from './floor.ts';

/** The result as a table for people, with what it was measured on. */
export function renderFloor({ routes, why, provenance }: FloorResult): string {
  const table = new Table({ ...PLAIN, ...head('Route', 'Bare', 'Shop', 'Ratio', '95 %', '') });
  for (const { label, cpuMicrosPerRequest, ratio, interval, holds } of routes) {
    table.push([
      label,
      `${cpuMicrosPerRequest.bare} µs`,
      `${cpuMicrosPerRequest.shop} µs`,
      ratio.toFixed(3),
      `${interval[0].toFixed(2)} – ${interval[1].toFixed(2)}`,
      holds ? colour('green', `≤ ${MOST}`) : colour('red', `> ${MOST}`),
    ]);
  }
  const { machine, commit, node, startedAt, seconds } = provenance;
  return [
    table.toString(),
    '',
    `CPU per request; Bare is Express and pg with the same SQL and nothing else. ${seconds} s per route, side by side.`,
    `${machine}; Node ${node}; commit ${commit}; ${startedAt}`,
    ...(why.length === 0 ? ['valid'] : ['VOID', ...why.map((reason) => `  ${reason}`)]),
    '',
  ].join('\n');
}
