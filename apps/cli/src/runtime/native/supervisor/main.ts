import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupV1 } from '../limiter/cgroup-v1.ts';
import { cgroupV2 } from '../limiter/cgroup-v2.ts';
import type { Limits } from '../limiter/detect.ts';
import { GROUP } from '../limiter/detect.ts';
import type { GroupDriver } from '../limiter/limiter.ts';
import { stopAndGo } from '../limiter/stop-and-go.ts';
import type { StackPlan } from '../plan.ts';
import { controlServer } from './server.ts';
import { Stack } from './stack.ts';

/**
 * The process that owns a native stack: `supervisor PLAN.json`, with the plan's `limits` and start time beside it. It
 * runs as a child of process 1 of a process namespace of its own: when it ends, however it ends, the kernel ends every box.
 */
const [, , planPath = ''] = process.argv;
const { plan, limits, startedAt } = JSON.parse(readFileSync(planPath, 'utf8')) as {
  plan: StackPlan;
  limits: Limits;
  startedAt: number;
};
/** Time for the caller to read why. */
const FAILED_START_STAYS_MS = 5000;
mkdirSync(join(plan.folder, 'logs'), { recursive: true });
const stack = new Stack(plan, driver(limits), startedAt);
const up = stack.up();
const end = (): void => process.exit(0);
const server = controlServer(stack, up, end);
server.listen(plan.socket);
// A failed start is told to whoever waits for it, who then asks for `down`; where nobody does any more, it ends by itself.
up.catch((error: Error) => {
  console.error(error.message);
  setTimeout(() => void stack.down().finally(end), FAILED_START_STAYS_MS);
});
// The data stays: a machine that is shut down is no reason to lose what was sold.
process.on('SIGTERM', end);
process.on('SIGINT', end);

function driver(found: Limits): GroupDriver {
  if (found.limiter === 'cgroup-v1') return cgroupV1(found.mounts, join(GROUP, plan.project));
  if (found.limiter === 'cgroup-v2')
    return cgroupV2(process.env.SCALING_CGROUP ?? join(found.mount, GROUP, plan.project));
  return stopAndGo();
}
