import type { VerbModule } from './verb.ts';

/** Every verb, in the order that help shows them; each is loaded when it is used. */
export const VERBS: Readonly<Record<string, () => Promise<VerbModule>>> = {
  list: () => import('./list.ts'),
  up: () => import('./up.ts'),
  down: () => import('./down.ts'),
  ps: () => import('./ps.ts'),
  top: () => import('./top.ts'),
  logs: () => import('./logs.ts'),
  open: () => import('./open.ts'),
  ask: () => import('./ask.ts'),
  demo: () => import('./demo.ts'),
  load: () => import('./load.ts'),
  burst: () => import('./burst.ts'),
  capacity: () => import('./capacity.ts'),
  compare: () => import('./compare.ts'),
  check: () => import('./check.ts'),
  baseline: () => import('./baseline.ts'),
  journey: () => import('./journey.ts'),
  forecast: () => import('./forecast.ts'),
  verify: () => import('./verify.ts'),
  drill: () => import('./drill.ts'),
  chaos: () => import('./chaos.ts'),
  stale: () => import('./stale.ts'),
  flush: () => import('./flush.ts'),
  diff: () => import('./diff.ts'),
  lesson: () => import('./lesson.ts'),
  kill: () => import('./kill.ts'),
  heal: () => import('./heal.ts'),
  pause: () => import('./pause.ts'),
  resume: () => import('./resume.ts'),
  cut: () => import('./cut.ts'),
  mend: () => import('./mend.ts'),
  failover: () => import('./failover.ts'),
  scale: () => import('./scale.ts'),
  autoscale: () => import('./autoscale.ts'),
  reload: () => import('./reload.ts'),
  reshard: () => import('./reshard.ts'),
  rebalance: () => import('./rebalance.ts'),
  grow: () => import('./grow.ts'),
  purge: () => import('./purge.ts'),
  redrive: () => import('./redrive.ts'),
  doctor: () => import('./doctor.ts'),
  setup: () => import('./setup.ts'),
};

/** Verbs that `pnpm stage all VERB` runs for every stage. */
export const FOR_ALL: readonly string[] = ['up', 'down', 'ps', 'demo', 'compare', 'forecast'];

/** Verbs that take `all` themselves: they are run once, without a stage. */
export const OVER_ALL: readonly string[] = ['journey'];
