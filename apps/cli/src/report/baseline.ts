import { relative } from 'node:path';
import type { Baseline } from '../check/baseline.ts';
import { ROOT } from '../stage/stages.ts';
import { milliseconds, perSecond } from './milliseconds.ts';

/** A baseline just recorded, for people. */
export function renderBaseline({ stage, figures, shown, provenance }: Baseline, path: string): string {
  const { before } = figures;
  return [
    `Stage ${stage} is held against this from now on (${relative(ROOT, path)}):`,
    `  CPU per request of its own boxes     × ${figures.cpuRatio.toFixed(3)} of the reference's`,
    `  answers at the limit                 × ${figures.throughputRatio.toFixed(3)} of the reference's`,
    ...(before === null
      ? []
      : [
          `  beside stage ${stage - 1}                       CPU × ${before.cpuRatio.toFixed(3)}, answers × ${before.throughputRatio.toFixed(3)}`,
        ]),
    `For the reader: P50 ${milliseconds(shown.p50Ms)}, P95 ${milliseconds(shown.p95Ms)}, ${perSecond(shown.rps)} at the limit.`,
    `${figures.boots} boots; ${provenance.machine}; limiter ${provenance.limiter}; commit ${provenance.commit}; ${provenance.startedAt}`,
    'valid',
    '',
  ].join('\n');
}
