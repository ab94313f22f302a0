import type { Group } from '../../drill/outcome.ts';
import { percent } from '../../report/table.ts';
import type { Journey } from '../record.ts';
import type { Cost } from './report.ts';
import type { Fullest, Gain, Section } from './section.ts';

/** `× 2.86` of the throughput, `÷ 45` of the time. */
export function gainText({ of, factor }: Gain): string {
  return `${of === 'throughput' ? '×' : '÷'} ${factorText(factor)}`;
}

/** `2.72 – 2.99` */
export function intervalText({ interval }: Gain): string {
  return interval.map(factorText).join(' – ');
}

/** Two decimals below 10, one below 100. */
function factorText(factor: number): string {
  return factor.toFixed(factor < 10 ? 2 : factor < 100 ? 1 : 0);
}

/** `db 99 %`; a dash where no box has a quota. */
export function fullestText(fullest: Fullest | null): string {
  return fullest === null ? '–' : `${fullest.box} ${percent(fullest.share)}`;
}

/** `lb, db (writes)`: one without which only some kinds of request fail names them. */
export function failurePointsText({ singlePointsOfFailure }: Section): string {
  if (singlePointsOfFailure === null) return 'the drill is void';
  if (singlePointsOfFailure.length === 0) return 'none';
  return singlePointsOfFailure
    .map(({ box, of, everything }) => (everything ? box : `${box} (${groupsText(of)})`))
    .join(', ');
}

/** `reads and writes` */
export function groupsText(groups: readonly Group[]): string {
  return groups.length < 2 ? groups.join('') : `${groups.slice(0, -1).join(', ')} and ${groups.at(-1)}`;
}

/** `$214`, `$62.50`, `$0.00123`: as many digits as count. */
export function moneyText(amount: number | null, { currency }: Pick<Cost, 'currency'>): string {
  if (amount === null) return '–';
  const digits =
    amount >= 100
      ? { maximumFractionDigits: 0 }
      : amount >= 1 || amount === 0
        ? {}
        : { minimumSignificantDigits: 3, maximumSignificantDigits: 3 };
  return new Intl.NumberFormat('en', { style: 'currency', currency, ...digits }).format(amount);
}

/** `1 h 4 min`, `17 min`, `48 s`. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `2026-11-22 12:04 UTC`; what is no moment stays as it is. */
export function dateText(moment: string): string {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return moment;
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** How long a journey took; what it was resumed with was measured before it, and took its own time. */
export function tookText({
  startedAt,
  seconds,
  stages,
}: Pick<Journey, 'startedAt' | 'seconds' | 'stages'>): string {
  const earlier = stages.filter(({ provenance }) => provenance.startedAt < startedAt).length;
  const took = durationText(seconds);
  return earlier === 0 ? took : `${took}, resumed with ${earlier} of ${stages.length} stages`;
}
