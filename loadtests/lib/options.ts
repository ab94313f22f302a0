import type { Options, Scenario, Stage } from 'k6/options';
import { settings } from './settings.ts';
import type { Part, Slices, Target } from './target.ts';

/** A request that takes longer has failed. */
export const REQUEST_TIMEOUT_SECONDS = 5;

function scenarioOf(target: Target, visitSeconds: number): Scenario {
  const shared = {
    env: { SIDE: target.side },
    ...(target.scenario === undefined ? {} : { exec: target.scenario }),
    gracefulStop: `${REQUEST_TIMEOUT_SECONDS + 1}s`,
  };
  const duration = `${settings.lead + settings.duration}s`;
  const vus = target.vus ?? settings.vus;
  if (settings.mode === 'closed') {
    const users = Math.max(1, Math.round(vus));
    return target.slices === undefined
      ? { ...shared, executor: 'constant-vus', vus: users, duration }
      : {
          ...shared,
          executor: 'ramping-vus',
          startVUs: 0,
          gracefulRampDown: shared.gracefulStop,
          stages: slicesOf(target.slices, users),
        };
  }
  const rate = target.rate ?? settings.rate;
  // All virtual users are there before the run: making one costs more CPU than many requests.
  const allocated = vus > 0 ? Math.round(vus) : Math.min(2000, 10 + Math.ceil(rate * visitSeconds));
  const arrivals = {
    ...shared,
    // Per 100 s, because k6 takes whole numbers only and a rate of 6.5/s is an ordinary one.
    timeUnit: '100s',
    preAllocatedVUs: allocated,
    maxVUs: allocated,
  };
  if (target.course !== undefined)
    return { ...arrivals, executor: 'ramping-arrival-rate', ...ramps(target.course) };
  const per100 = Math.max(1, Math.round(rate * 100));
  return target.slices === undefined
    ? { ...arrivals, executor: 'constant-arrival-rate', rate: per100, duration }
    : {
        ...arrivals,
        executor: 'ramping-arrival-rate',
        startRate: 0,
        stages: slicesOf(target.slices, per100),
      };
}

/** A course in k6's words; the time that is not counted comes before it, at the rate that it begins with. */
function ramps(course: readonly Part[]): { startRate: number; stages: Stage[] } {
  const per100 = (rate: number): number => Math.max(1, Math.round(rate * 100));
  const begin = per100(course[0]?.rate ?? 0);
  const stages = course.map(({ rate, seconds }) => ({ target: per100(rate), duration: `${seconds}s` }));
  return { startRate: begin, stages: [{ target: begin, duration: `${settings.lead}s` }, ...stages] };
}

/** The whole amount in its own slices, nothing in those of the others. */
function slicesOf({ of, own, seconds }: Slices, amount: number): Stage[] {
  const count = Math.ceil((settings.lead + settings.duration) / seconds);
  return Array.from({ length: count }, (_, slice) => (slice % of === own ? amount : 0)).flatMap((target) => [
    { target, duration: '0s' },
    { target, duration: `${seconds}s` },
  ]);
}

/**
 * k6's options for the settings. `visitSeconds`: how long one iteration may take before k6 runs out of virtual users
 * in the open model.
 */
export function optionsFor(visitSeconds = 1.5): Options {
  return {
    scenarios: Object.fromEntries(
      settings.targets.map((target) => [target.side, scenarioOf(target, visitSeconds)]),
    ),
    // Steps that look at a body ask for it; every other body is thrown away unread.
    discardResponseBodies: true,
    noConnectionReuse: false,
    // Only what tells the two sides' dropped iterations apart; each further tag costs CPU per request.
    systemTags: ['scenario'],
    thresholds: Object.fromEntries(
      settings.targets.map((target) => [`dropped_iterations{scenario:${target.side}}`, ['count>=0']]),
    ),
    summaryTrendStats: ['avg', 'med', 'p(95)', 'p(99)', 'max', 'count'],
    setupTimeout: '20s',
  };
}
