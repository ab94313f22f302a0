import Table from 'cli-table3';
import type { LatencyComparison, Quantiles } from '../measure/compare-latency.ts';
import type { Which } from '../measure/comparison.ts';
import { colour } from './colour.ts';
import { milliseconds, perSecond } from './milliseconds.ts';
import { renderProvenance } from './provenance.ts';

/** How soon the stage before and this one answer, side by side. `titles`: of both stages. */
export function renderLatencyComparison(
  result: LatencyComparison,
  titles: Readonly<Record<Which, string>>,
): string {
  const { latency, gain, from } = result;
  const table = new Table({
    head: [
      from === null ? result.scenario : `${result.scenario}\nfrom ${from}`,
      `stage ${result.previous}\n${titles.previous}`,
      `stage ${result.stage}\n${titles.this}`,
      '',
    ],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    colAligns: ['left', 'right', 'right', 'right'],
  });
  table.push(['', '', '', ''], [colour('bold', `both at ${perSecond(latency.rate)}`), '', '', '']);
  for (const [name, key, times] of [
    ['P50', 'p50Ms', gain.p50],
    ['P95', 'p95Ms', gain.p95],
  ] as const) {
    const cell = (which: Which): string => milliseconds(latency[which][key]);
    table.push([name, cell('previous'), cell('this'), colour('bold', `÷ ${times.ratio.toFixed(1)}`)]);
    table.push(['', '', '', times.interval.map((end) => end.toFixed(1)).join(' – ')]);
  }
  return `${table}\n\n${latency.home === null ? '' : `${homeText(latency.this, latency.home)}\n\n`}${renderProvenance(result.provenance, result.why)}\n`;
}

function homeText(away: Quantiles, home: Quantiles): string {
  return `At home meanwhile: P50 ${milliseconds(home.p50Ms)}, P95 ${milliseconds(home.p95Ms)}. Whoever is away waits ${milliseconds(Math.max(0, away.p50Ms - home.p50Ms))} longer (P50).`;
}
