import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadJob, LoadProcess, StackId } from '../runtime.ts';
import { startCompose } from './compose-command.ts';
import { usageOf } from './container-usage.ts';
import { type Container, inspect } from './containers.ts';
import { EngineError, engine } from './engine.ts';
import { pullMissing } from './images.ts';
import { apiAddress, loadOverride, runArguments } from './load-arguments.ts';
import { stackOf } from './stack.ts';

const LOOK_MS = 200;
const STOP_SECONDS = 5;
let runs = 0;

/** Run k6 as the stack's load box (`docker compose run`), until it ends or the signal aborts. */
export async function load(id: StackId, job: LoadJob): Promise<LoadProcess> {
  const { project } = await stackOf(id);
  await pullMissing(
    project,
    Object.values(project.file.services).filter((each) => each.name === 'load'),
    {},
  );
  const name = `${project.name}-load-${process.pid}-${++runs}`;
  const override = join(project.folder, `${name}.yaml`);
  await Promise.all([mkdir(job.results, { recursive: true }), mkdir(project.folder, { recursive: true })]);
  await writeFile(override, JSON.stringify(loadOverride(project, job)));
  const command = startCompose(project, await runArguments(name, job), { files: [override] });
  const stop = (): void => void stopContainer(name).then((found) => found || command.kill());
  job.signal?.addEventListener('abort', stop, { once: true });
  if (job.signal?.aborted) stop();
  let ended = false;
  let cpuMicros: number | null = null;
  const watchCpu = async (container: Container): Promise<void> => {
    while (!ended) {
      // The counters go with the container, by way of zero: the most that was seen counts.
      const seen = await usageOf(container.Id).catch(() => null);
      if (seen !== null) cpuMicros = Math.max(cpuMicros ?? 0, seen.cpuMicros);
      await sleep(LOOK_MS);
    }
  };
  const done = command.then(async (result) => {
    ended = true;
    job.signal?.removeEventListener('abort', stop);
    await rm(override, { force: true });
    return { code: result.exitCode ?? 1, stderr: result.stderr, cpuMicros };
  });
  const container = await started(name, () => ended);
  if (container !== null) void watchCpu(container);
  return { api: container === null ? null : apiAddress(container, job), done };
}

/** The running container; null when the command ended before one was seen: `done` then tells why. */
async function started(name: string, ended: () => boolean): Promise<Container | null> {
  while (!ended()) {
    const container = await inspect(name).catch((error: unknown) => {
      if (error instanceof EngineError && error.status === 404) return null;
      throw error;
    });
    if (container?.State.Status === 'running') return container;
    await sleep(LOOK_MS / 4);
  }
  return null;
}

/** False when there is no such container (yet). */
async function stopContainer(name: string): Promise<boolean> {
  const limitMs = (STOP_SECONDS + 10) * 1000;
  return engine(`/containers/${name}/stop?t=${STOP_SECONDS}`, { method: 'POST', limitMs }).then(
    () => true,
    () => false,
  );
}
