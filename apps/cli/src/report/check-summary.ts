import { stripVTControlCharacters } from 'node:util';
import type { Check } from '../check/check.ts';
import type { Role } from '../check/contender.ts';
import type { Ratio } from '../check/verdict.ts';
import { CALLED, ratio, verdictLine } from './check.ts';
import { limiterText } from './limiter-text.ts';
import { milliseconds, perSecond } from './milliseconds.ts';

/** Half of the plot's width, in characters, and the change that this half stands for. */
const HALF = 24;
const WIDEST = 0.24;

/** The verdict as Markdown, for a CI's job summary: a table and a plot that needs no picture. */
export function checkSummary(result: Check): string {
  const rows = Object.entries(result.sides).map(
    ([role, { appMicros, p50Ms, p95Ms, rps }]) =>
      `| ${CALLED[role as Role]} | ${appMicros.toFixed(0)} µs | ${milliseconds(p50Ms)} | ${milliseconds(p95Ms)} | ${perSecond(rps)} |`,
  );
  const { machine, limiter, runtime, commit } = result.provenance;
  return [
    `### Stage ${result.stage}: ${stripVTControlCharacters(verdictLine(result))}`,
    '',
    ...result.why.map((reason) => `- ${reason}`),
    ...(result.why.length > 0 ? [''] : []),
    `| ${result.scenario} | CPU per request | P50 | P95 | at the limit |`,
    '|---|--:|--:|--:|--:|',
    ...rows,
    '',
    '```text',
    `CPU per request  ${whisker(result.cpu)}  × ${ratio(result.cpu)}`,
    `throughput       ${whisker(result.throughput)}  × ${ratio(result.throughput)}`,
    `                 ${axis()}`,
    '```',
    '',
    `${result.runs.length === 1 ? 'one run' : 'a first run and its repetition'}, ${result.seconds.toFixed(0)} s; ${runtime}, limiter ${limiterText(limiter)}; ${machine}; commit ${commit}`,
    '',
    '',
  ].join('\n');
}

/** `····|··├──●──┤··`: the interval and its centre around 1. */
export function whisker({ ratio: centre, interval: [low, high] }: Ratio): string {
  const [from, to, at] = [column(low), column(high), column(centre)];
  return Array.from({ length: 2 * HALF + 1 }, (_, index) => {
    if (index === at) return '●';
    if (index === from) return '├';
    if (index === to) return '┤';
    if (index > from && index < to) return '─';
    return index === HALF ? '|' : '·';
  }).join('');
}

/** What lies outside is drawn at the edge. */
function column(value: number): number {
  const place = Math.round(HALF + ((value - 1) / WIDEST) * HALF);
  return Math.min(2 * HALF, Math.max(0, place));
}

function axis(): string {
  const [left, right] = [`× ${(1 - WIDEST).toFixed(2)}`, `× ${(1 + WIDEST).toFixed(2)}`];
  const middle = '1';
  const space = 2 * HALF + 1 - left.length - right.length - middle.length;
  const before = HALF - left.length;
  return `${left}${' '.repeat(before)}${middle}${' '.repeat(space - before)}${right}`;
}
