import { milliseconds, perSecond } from '../../report/milliseconds.ts';
import type { Journey } from '../record.ts';
import { distinct } from '../report/distinct.ts';
import { reportOf } from '../report/report.ts';
import type { Section, Served } from '../report/section.ts';
import { dateText, failurePointsText, fullestText, gainText, intervalText } from '../report/wording.ts';

/** What a text may state of a stage, by the name after the stage's number: `4.gain`. null: that stage has none. */
const FIGURES: Readonly<Record<string, (section: Section) => string | null>> = {
  gain: ({ gain }) => gain && gainText(gain),
  interval: ({ gain }) => gain && intervalText(gain),
  throughput: (section) => change(section, ({ rps }) => perSecond(rps)),
  p50: (section) => change(section, ({ p50Ms }) => milliseconds(p50Ms)),
  p95: (section) => change(section, ({ p95Ms }) => milliseconds(p95Ms)),
  'full-before': ({ bottleneck }) => bottleneck.before && fullestText(bottleneck.before),
  'full-now': ({ bottleneck }) => bottleneck.now && fullestText(bottleneck.now),
  'failure-points': failurePointsText,
  summary: summaryOf,
};

/** On what machine and when the journey was recorded. */
export const ORIGIN = 'journey.origin';

/** Is there a figure of this name, whatever the recording has? */
export function isFigure(key: string): boolean {
  if (key === ORIGIN) return true;
  const [stage = '', name = '', ...rest] = key.split('.');
  return /^[1-9]\d*$/.test(stage) && Object.hasOwn(FIGURES, name) && rest.length === 0;
}

/** All figures that the journey's valid stages have, by their keys; what is void is no figure. */
export function figures(journey: Journey): Map<string, string> {
  const valid = reportOf(journey, new Map()).sections.filter((section) => section.valid);
  const ofStages = valid.flatMap((section) =>
    Object.entries(FIGURES).flatMap(([name, of]) => {
      const text = of(section);
      return text === null ? [] : [[`${section.stage}.${name}`, text] as const];
    }),
  );
  return new Map([[ORIGIN, originOf(journey)] as const, ...ofStages]);
}

function originOf(journey: Journey): string {
  const of = (pick: Parameters<typeof distinct>[1]): string => distinct(journey, pick);
  return `${of(({ machine }) => machine)}; ${of(({ runtime, limiter }) => `${runtime}, limiter ${limiter}`)}; commit ${of(({ commit }) => commit)}; ${dateText(journey.startedAt)}`;
}

function change({ before, now }: Section, of: (served: Served) => string): string | null {
  if (now === null) return null;
  return before === null ? of(now) : `${of(before)} → ${of(now)}`;
}

/** The stage in two sentences, for the top of its lesson. */
function summaryOf(section: Section): string | null {
  const { stage, gain, load, now, scenario, bottleneck } = section;
  if (now === null) return null;
  const { before } = bottleneck;
  const served = `${perSecond(now.rps)}, P50 ${milliseconds(now.p50Ms)}, P95 ${milliseconds(now.p95Ms)}`;
  const what =
    gain === null
      ? `${served} of \`${scenario}\`, ${load}`
      : gain.of === 'throughput'
        ? `${gainText(gain)} (${intervalText(gain)}) the throughput of stage ${stage - 1} with \`${scenario}\``
        : `P50 ${gainText(gain)} (${intervalText(gain)}) against stage ${stage - 1} with \`${scenario}\`, ${load}`;
  const was = before === null ? '' : `full before: ${fullestText(before)}; `;
  return `${what}; ${was}full now: ${fullestText(bottleneck.now)}. Single points of failure: ${failurePointsText(section)}.`;
}
