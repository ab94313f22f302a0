import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../failure.ts';
import type { StackId } from '../runtime.ts';
import { boxOf, type Container, cpusOf, inspect } from './containers.ts';
import { engine } from './engine.ts';
import { execIn } from './exec.ts';
import { resumeContainer } from './faults.ts';
import { lastLines } from './last-lines.ts';
import { setQuota } from './limit.ts';
import { containerOf, type Stack, stackOf } from './stack.ts';

const READY_LIMIT_MS = 60_000;
const LOOK_MS = 100;

/** SIGKILL. An engine does not restart what it was told to kill, whatever the restart policy. */
export async function kill(id: StackId, box: string): Promise<void> {
  const container = containerOf(await stackOf(id), box);
  // An engine lets a paused container go on once it has the signal.
  if (container.State.Status !== 'running' && container.State.Status !== 'paused') return;
  await engine(`/containers/${container.Id}/kill?signal=SIGKILL`, { method: 'POST' });
  await engine(`/containers/${container.Id}/wait`, { method: 'POST' });
}

/** Start a box that stands still and wait until it is ready. */
export async function heal(id: StackId, box: string): Promise<void> {
  const stack = await stackOf(id);
  const container = containerOf(stack, box);
  await resumeContainer(container);
  await boot(stack, box, container);
}

/** Stop with the service's own grace, start, wait until ready. */
export async function restart(id: StackId, box: string): Promise<void> {
  const stack = await stackOf(id);
  const container = containerOf(stack, box);
  const graceMs =
    stack.project.file.services[boxOf(stack.project.file, container).service]?.stopGracePeriodMs;
  const seconds = Math.ceil((graceMs ?? 10_000) / 1000);
  await engine(`/containers/${container.Id}/stop?t=${seconds}`, {
    method: 'POST',
    limitMs: (seconds + 15) * 1000,
  });
  await boot(stack, box, container);
}

/** Without its quota, which comes back when it is ready: booting is not what is studied. */
async function boot(stack: Stack, box: string, container: Container): Promise<void> {
  const cpus = cpusOf(container);
  if (cpus !== null) await setQuota(container, null);
  try {
    await engine(`/containers/${container.Id}/start`, { method: 'POST' });
    await untilReady(stack, box, container.Id);
  } finally {
    if (cpus !== null) await setQuota(container, cpus);
  }
}

/**
 * Signal a box's main process, from inside: told by the engine itself, a signal counts as "stopped by a person" and
 * takes the box out of its restart policy.
 */
export async function signal(id: StackId, box: string, name: NodeJS.Signals): Promise<void> {
  const container = containerOf(await stackOf(id), box);
  if (name === 'SIGKILL') return kill(id, box);
  const sent = await execIn(container.Id, ['sh', '-c', `kill -${name.replace(/^SIG/, '')} 1`], {});
  if (sent.code === 0) return;
  throw new Failure(`${box} did not take ${name}: ${sent.stderr.trim() || `status ${sent.code}`}.`, {
    where: box,
  });
}

async function untilReady(stack: Stack, name: string, container: string): Promise<void> {
  const deadline = performance.now() + READY_LIMIT_MS;
  for (;;) {
    const box = boxOf(stack.project.file, await inspect(container));
    if (box.state === 'ready') return;
    if (performance.now() > deadline || box.state === 'exited' || box.state === 'killed') {
      throw new Failure(
        `${name} is not ready (${box.state}). Its last lines:\n${await lastLines(stack.project, name)}`,
        {
          where: name,
          next: `Its whole log: \`pnpm stage ${stack.project.id.stage} logs ${name}\`.`,
        },
      );
    }
    await sleep(LOOK_MS);
  }
}
