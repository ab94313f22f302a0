import type { Runtime } from '../runtime.ts';
import { down } from './down.ts';
import { exec } from './exec.ts';
import { composeFaults } from './faults.ts';
import { follow } from './follow.ts';
import { heal, kill, restart, signal } from './life.ts';
import { limit, pin } from './limit.ts';
import { load } from './load.ts';
import { readLogs } from './logs.ts';
import { scale } from './scale.ts';
import { setAside } from './set-aside.ts';
import { findStack, stackOf, stateOfStack } from './stack.ts';
import { up } from './up.ts';
import { usage } from './usage.ts';

export { dockerEngineAnswers } from './engine.ts';

/**
 * Runs a stage's compose.yaml as it is, by Docker Compose: the npm `docker-compose` package for its short commands, its
 * own process where a person may interrupt, and the engine's HTTP API for what it has no verb for.
 */
export function composeRuntime(): Runtime {
  return {
    name: 'compose',
    faults: composeFaults,
    up,
    down,
    state: async (id) => {
      const stack = await findStack(id);
      return stack === null ? null : stateOfStack(stack);
    },
    logs: async function* (id, options) {
      yield* readLogs((await stackOf(id)).project, options);
    },
    exec,
    kill,
    heal,
    follow,
    setAside,
    scale,
    restart,
    signal,
    limit,
    pin,
    usage,
    load,
  };
}
