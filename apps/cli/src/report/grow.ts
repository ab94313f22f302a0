import Table from 'cli-table3';
import type { Growth } from '../measure/grow.ts';
import type { Grown } from '../measure/grow-at-limit.ts';
import { milliseconds, perSecond } from './milliseconds.ts';
import { renderProvenance } from './provenance.ts';
import { head, PLAIN, percent } from './table.ts';

/** A bigger box (vertical) beside more boxes (horizontal): what each writes, and what a thousand writes cost. */
export function renderGrowth({ up, out, why, provenance }: Growth): string {
  const table = new Table({
    ...PLAIN,
    ...head('', 'cores', 'writes', '', 'P95', 'busiest', 'core-seconds for 1,000 writes'),
  });
  const ordinary = up[0]?.coresEach ?? 1;
  for (const grown of up)
    table.push(row(`1 database, ${Math.round(grown.coresEach / ordinary)} × the box`, grown));
  for (const grown of out) table.push(row(`${grown.boxes} shards`, grown));
  return [
    String(table),
    '',
    'Core-seconds: what the boxes that take the writes may use, and so what is paid for; the rest of the shop is the same.',
    '',
    renderProvenance(provenance, why),
    '',
  ].join('\n');
}

function row(what: string, grown: Grown): string[] {
  const { boxes, coresEach, rps, ratio, p95Ms, saturated, saturatedShare, coreSecondsPer1000 } = grown;
  return [
    what,
    `${boxes} × ${coresEach.toFixed(3)}`,
    perSecond(rps),
    `× ${ratio.toFixed(2)}`,
    milliseconds(p95Ms),
    saturated === null || saturatedShare === null ? '–' : `${saturated} ${percent(saturatedShare)}`,
    coreSecondsPer1000.toFixed(2),
  ];
}
