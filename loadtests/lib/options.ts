import type { Options, Scenario } from 'k6/options';
import { settings, type Target } from './settings.ts';

/** A request that takes longer has failed. */
export const REQUEST_TIMEOUT_SECONDS = 5;

function scenarioOf(target: Target, visitSeconds: number): Scenario {
  const shared = {
    env: { SIDE: target.side },
    gracefulStop: `${REQUEST_TIMEOUT_SECONDS + 1}s`,
  };
  const duration = `${settings.lead + settings.duration}s`;
  const vus = target.vus ?? settings.vus;
  if (settings.mode === 'closed') {
    return { ...shared, executor: 'constant-vus', vus: Math.max(1, Math.round(vus)), duration };
  }
  const rate = target.rate ?? settings.rate;
  // All virtual users are there before the run: making one costs more CPU than many requests.
  const allocated = vus > 0 ? Math.round(vus) : Math.min(2000, 10 + Math.ceil(rate * visitSeconds));
  return {
    ...shared,
    executor: 'constant-arrival-rate',
    // Per 100 s, because k6 takes whole numbers only and a rate of 6.5/s is an ordinary one.
    rate: Math.max(1, Math.round(rate * 100)),
    timeUnit: '100s',
    duration,
    preAllocatedVUs: allocated,
    maxVUs: allocated,
  };
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
