import Table from 'cli-table3';
import type { AtRate, Comparison, Which } from '../measure/comparison.ts';
import { colour } from './colour.ts';
import { milliseconds, perSecond } from './milliseconds.ts';
import { renderProvenance } from './provenance.ts';
import { percent } from './table.ts';

/** The stage before and this one, side by side. `titles`: of both stages. */
export function renderComparison(result: Comparison, titles: Readonly<Record<Which, string>>): string {
  const { capacity, latency, overload } = result;
  const table = new Table({
    head: [
      result.scenario,
      `stage ${result.previous}\n${titles.previous}`,
      `stage ${result.stage}\n${titles.this}`,
      '',
    ],
    style: { head: [], border: [] },
    // No rules between the rows: blank lines divide the sections.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    colAligns: ['left', 'right', 'right', 'right'],
  });
  const [low, high] = capacity.interval;
  const section = (text: string) => table.push(['', '', '', ''], [colour('bold', text), '', '', '']);
  section('at the limit of each');
  table.push([
    'throughput',
    perSecond(capacity.previous.rps),
    perSecond(capacity.this.rps),
    colour('bold', `× ${capacity.ratio.toFixed(2)}`),
  ]);
  table.push(['', '', '', `${low.toFixed(2)} – ${high.toFixed(2)}`]);
  table.push(row('P50', (which) => milliseconds(result.atLimit[which].p50Ms)));
  table.push(row('P95', (which) => milliseconds(result.atLimit[which].p95Ms)));
  table.push(row('saturated (of its quota)', (which) => saturatedText(result, which)));
  for (const rates of [latency, overload]) {
    section(`both at ${perSecond(rates.rate)}`);
    table.push(row('P50', (which) => milliseconds(rates[which].p50Ms)));
    table.push(row('P95', (which) => milliseconds(rates[which].p95Ms)));
    table.push(row(`within ${rates.sloMs} ms`, (which) => within(rates[which])));
  }
  return `${table}\n\n${cpuText(result)}\n\n${renderProvenance(result.provenance, result.why)}\n`;
}

function row(name: string, cell: (which: Which) => string): string[] {
  return [name, cell('previous'), cell('this'), ''];
}

function saturatedText(result: Comparison, which: Which): string {
  const share = result.saturatedShare[which];
  const name = result.saturated[which];
  return name === null ? '–' : `${name}${share === null ? '' : ` ${percent(share)}`}`;
}

function within(at: AtRate): string {
  const text = percent(at.within);
  return at.within >= 0.95 ? colour('green', text) : colour('red', text);
}

/** Where each stage spends its CPU. */
function cpuText(result: Comparison): string {
  const one = (which: Which, stage: number): string => {
    const boxes = Object.entries(result.cpuMicrosPerRequest[which]).map(
      ([box, micros]) => `${box} ${micros}`,
    );
    return `CPU µs per request, stage ${stage}: ${boxes.join(', ')}`;
  };
  return `${one('previous', result.previous)}\n${one('this', result.stage)}`;
}
