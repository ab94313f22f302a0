import { gte } from 'semver';
import type { Healthcheck } from '../../stage/compose-service.ts';
import { engine } from './engine.ts';

/** The first API with `start_interval` (Docker 25): asked often until a box is ready, seldom from then on. */
const START_INTERVAL_API = '1.44.0';
const UNTIL_READY_S = 2;

/** Does the engine know `start_interval`? @throws Failure when none answers. */
export async function asksOftenAtStart(): Promise<boolean> {
  const { ApiVersion } = await engine<{ ApiVersion: string }>('/version');
  return gte(`${ApiVersion}.0`, START_INTERVAL_API);
}

/**
 * The same check for an older engine, which knows one interval. Each time Docker asks it starts a process in the box,
 * for a tenth of a core-second: every 2 s in eighteen boxes that is a core. So it is asked every 2 s, and from the
 * second time on it waits first; a mark in the box's memory, gone when the box starts again, tells it which time it is.
 */
export function rareProbe({ test, intervalMs, timeoutMs }: Healthcheck): Record<string, unknown> {
  const wait = intervalMs / 1000 - UNTIL_READY_S;
  const script = `[ ! -e /tmp/.ready ] || sleep ${wait}; "$@" && : > /tmp/.ready`;
  return {
    test: ['CMD', 'sh', '-c', script, 'probe', ...test.slice(1)].map((word) => word.replaceAll('$', '$$$$')),
    interval: `${UNTIL_READY_S}s`,
    timeout: `${wait + timeoutMs / 1000}s`,
  };
}
