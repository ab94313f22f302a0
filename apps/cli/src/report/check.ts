import Table from 'cli-table3';
import type { SideFigures } from '../check/boot.ts';
import type { Check } from '../check/check.ts';
import type { Role } from '../check/contender.ts';
import type { Ratio } from '../check/verdict.ts';
import { colour } from './colour.ts';
import { milliseconds, perSecond } from './milliseconds.ts';
import { renderProvenance } from './provenance.ts';
import { head, PLAIN, percent } from './table.ts';

/** How contenders are called. */
export const CALLED: Readonly<Record<Role, string>> = {
  this: 'this version',
  other: 'the other',
  before: 'stage before',
  reference: 'reference',
};

/** A check for people: the verdict first, then what it rests on. */
export function renderCheck(result: Check): string {
  const table = new Table({
    ...PLAIN,
    ...head('', 'CPU per request', 'P50', 'P95', 'at the limit', 'fullest box there'),
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
  });
  for (const [role, figures] of Object.entries(result.sides))
    table.push([CALLED[role as Role], ...cells(figures)]);
  const runs = result.runs.map(({ cpu }) => cpu.toFixed(3)).join(', ');
  return [
    `${verdictLine(result)}\n`,
    `CPU per request  × ${ratio(result.cpu)}   runs: ${runs}`,
    `throughput       × ${ratio(result.throughput)}`,
    '',
    table.toString(),
    '',
    `against ${result.against}; ${result.runs.length === 1 ? 'one run' : 'a first run and its repetition'}, ${result.seconds.toFixed(0)} s`,
    `floor: a run's CPU ratio moves by ${sigma(result)} (σ, measured by \`pnpm bench gate\`)`,
    renderProvenance(result.provenance, result.verdict === 'void' ? result.why : []),
    '',
  ].join('\n');
}

/** `holds: stage 3 takes no more CPU than …` */
export function verdictLine(result: Check): string {
  const stage = `stage ${result.stage}`;
  if (result.verdict === 'void') return `${colour('red', 'void')}: nothing can be said of ${stage}`;
  if (result.verdict === 'slower')
    return `${colour('red', 'slower')}: ${stage} became slower than ${result.against}, twice`;
  return `${colour('green', 'holds')}: ${stage} is not slower than ${result.against}`;
}

/** `1.012 (0.980 – 1.045)` */
export function ratio({ ratio, interval: [low, high] }: Ratio): string {
  return `${ratio.toFixed(3)} (${low.toFixed(3)} – ${high.toFixed(3)})`;
}

function cells({ appMicros, p50Ms, p95Ms, rps, saturated }: SideFigures): string[] {
  const fullest = saturated === null ? '–' : `${saturated.box} ${percent(saturated.share)}`;
  return [`${appMicros.toFixed(0)} µs`, milliseconds(p50Ms), milliseconds(p95Ms), perSecond(rps), fullest];
}

function sigma({ floor, sides }: Check): string {
  const spread = sides.other === undefined ? floor.reference : floor.against;
  return `${(spread.cpu * 100).toFixed(1)} %`;
}
