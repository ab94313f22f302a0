import type { Drill } from '../../drill/drill.ts';
import type { Drilled } from '../../drill/exercised.ts';
import { GROUPS } from '../../drill/outcome.ts';
import { hangsOn } from '../../drill/verdict.ts';
import { milliseconds } from '../../report/milliseconds.ts';
import { groupsText } from './wording.ts';

/** What the death of one box did, in words. */
export interface Death {
  readonly box: string;
  readonly singlePoint: boolean;
  /** `single point of failure for writes`, `some failed, then others took over`, `no request failed` */
  readonly meaning: string;
  /** `33 of 60 reads, 4 of 7 writes`; a dash: none. */
  readonly failed: string;
  /** From the first to the last failed request: `3.40 s`; a dash: none failed. */
  readonly lasted: string;
  /** From the heal until all answers were right. */
  readonly rightAgain: string;
  /** The longest that somebody waited while the box was down. */
  readonly slowest: string;
}

export const DEATH_COLUMNS = [
  'Killed',
  'What it means',
  'Failed',
  'For how long',
  'Right again after the heal',
  'Slowest meanwhile',
] as const;

/** Whoever takes over has done so by this share of the time that a box was down. */
const LATE = 0.75;

export function deathsOf({ boxes }: Drill): Death[] {
  return boxes.map((effect) => {
    const failed = GROUPS.flatMap((group) => {
      const of = effect.groups[group];
      return of === undefined || of.failed === 0 ? [] : [`${of.failed} of ${of.sent} ${group}`];
    });
    const { firstFailedMs, lastFailedMs } = effect;
    return {
      box: effect.box,
      singlePoint: hangsOn(effect).length > 0,
      meaning: meaningOf(effect),
      failed: failed.join(', ') || '–',
      lasted: firstFailedMs === null ? '–' : milliseconds((lastFailedMs ?? firstFailedMs) - firstFailedMs),
      rightAgain: rightAgain(effect),
      slowest: milliseconds(effect.slowestMs),
    };
  });
}

function meaningOf(effect: Drilled): string {
  const dead = hangsOn(effect);
  if (dead.length === 0) {
    // A record of an earlier version does not say it.
    if (effect.failed === 0)
      return effect.notExercised
        ? `no request failed; not exercised: ${effect.notExercised}`
        : 'no request failed';
    const late = (effect.lastFailedMs ?? 0) > LATE * effect.downMs;
    return late ? 'some failed until it was back' : 'some failed, then others took over';
  }
  const asked = GROUPS.filter((group) => effect.groups[group] !== undefined);
  return `single point of failure${dead.length === asked.length ? '' : ` for ${groupsText(dead)}`}`;
}

function rightAgain({ failed, rightAgainMs }: Drilled): string {
  if (failed === 0) return '–';
  if (rightAgainMs === null) return 'never';
  return rightAgainMs === 0 ? 'before it' : milliseconds(rightAgainMs);
}
