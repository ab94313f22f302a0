import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../failure.ts';
import { lockStack } from '../lock-stack.ts';
import type { BoxState, StackId, StackState, UpOptions } from '../runtime.ts';
import { startCompose } from './compose-command.ts';
import { boxesOf, containersOf } from './containers.ts';
import { hasLeftOvers, removeProject, stopProject } from './down.ts';
import { explain } from './explain.ts';
import { prepareImages } from './images.ts';
import { lastLines } from './last-lines.ts';
import { limit } from './limit.ts';
import { prepareObservers } from './observe.ts';
import { writeOverride } from './override.ts';
import { type Project, projectOf } from './project.ts';
import { checkDocker, checkPorts } from './ready-to-run.ts';
import { removeRecord, stackFolder, writeRecord } from './record.ts';
import { findStack, stackOf, stateOfStack } from './stack.ts';

/** Until every box is ready. */
const READY_LIMIT_S = 120;
const LOOK_MS = 200;

/** Start a stage's stack by `docker compose up`. @throws Failure with nothing left running. */
export async function up(stage: number, options: UpOptions = {}): Promise<StackState> {
  const id = { stage, slot: options.slot ?? 0 };
  const project = await projectOf(id, options);
  refuseOtherPrograms(options);
  refuseLoopback(options);
  await checkDocker(project);
  const release = await lockStack(`${stackFolder(id)}.lock`, id.stage);
  try {
    await refuseRunning(id);
    await checkPorts(project);
    return await start(project, options);
  } finally {
    await release();
  }
}

/** Images have one name: those of two versions would be one another's. */
function refuseOtherPrograms({ root, commands }: UpOptions): void {
  if (root === undefined && commands === undefined) return;
  throw new Failure('Another version, or another program, runs natively only.', {
    next: 'Add --runtime native.',
  });
}

/** In a container, localhost is the container itself. */
function refuseLoopback({ without = [], environment }: UpOptions): void {
  const url = environment?.DATABASE_URL;
  if (without.length === 0 || url === undefined) return;
  const { hostname } = new URL(url);
  if (!/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return;
  throw new Failure(
    `A box cannot reach the database at ${hostname}: in a container that is the container itself.`,
    {
      where: hostname,
      next: 'Name it by an address of this machine, such as that of its network card, or use --runtime native.',
    },
  );
}

async function refuseRunning(id: StackId): Promise<void> {
  const running = await findStack(id);
  if (running === null) return;
  const { site } = await stateOfStack(running);
  throw new Failure(`Stage ${id.stage} is running already, at ${site}.`, {
    next: `Use it, or end it with \`pnpm stage ${id.stage} down\` first.`,
  });
}

async function start(project: Project, options: UpOptions): Promise<StackState> {
  const hadData = await hasLeftOvers(project);
  try {
    await writeOverride(project, options.without);
    if (options.observe) await prepareObservers(project);
    await prepareImages(project, options);
    const startedAt = new Date();
    const clock = performance.now();
    await startBoxes(project, options);
    const record = {
      startedAt: startedAt.toISOString(),
      environment: options.environment ?? {},
      scale: options.scale ?? {},
      cpus: options.cpus ?? {},
      observe: options.observe ?? false,
    };
    await writeRecord(project.id, { ...record, readyMs: 0 });
    if (!options.unlimited) await limit(project.id, 'all', 'file');
    await writeRecord(project.id, { ...record, readyMs: Math.round(performance.now() - clock) });
    return await stateOfStack(await stackOf(project.id));
  } catch (error) {
    // Data that was found is not this start's to remove.
    await (hadData ? stopProject(project) : removeProject(project));
    await removeRecord(project.id);
    options.signal?.throwIfAborted();
    throw error;
  }
}

async function startBoxes(project: Project, options: UpOptions): Promise<void> {
  const watching = new AbortController();
  const watched = watch(project, options, watching.signal);
  const ended = await startCompose(
    project,
    [
      'up',
      '--detach',
      '--wait',
      '--wait-timeout',
      String(READY_LIMIT_S),
      '--no-recreate',
      ...scaleArguments(options),
    ],
    { signal: options.signal, limitMs: (READY_LIMIT_S + 30) * 1000 },
  );
  watching.abort();
  await watched;
  options.signal?.throwIfAborted();
  if (ended.failed) throw await notReady(project, ended.all || ended.message || '');
}

function scaleArguments(options: UpOptions): string[] {
  return Object.entries(options.scale ?? {}).flatMap(([service, count]) => [
    '--scale',
    `${service}=${count}`,
  ]);
}

/** Tells how the boxes advance, until the signal aborts. */
async function watch(project: Project, options: UpOptions, signal: AbortSignal): Promise<void> {
  const clock = performance.now();
  const seen = new Map<string, BoxState>();
  const look = async (): Promise<void> => {
    for (const box of boxesOf(project.file, await containersOf(project))) {
      if (seen.get(box.name) === box.state) continue;
      seen.set(box.name, box.state);
      options.onProgress?.({
        step: 'box',
        box: box.name,
        state: box.state,
        afterMs: Math.round(performance.now() - clock),
      });
    }
  };
  if (options.onProgress === undefined) return;
  while (!signal.aborted) {
    // A container may go between being listed and being looked at; `up` itself tells what went wrong.
    await look().catch(() => undefined);
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
  await look().catch(() => undefined);
}

/** Names the first box that is not ready, with its last words. */
async function notReady(project: Project, said: string): Promise<Failure> {
  const failure = explain(project, 'docker compose up', { all: said });
  const containers = await containersOf(project);
  const boxes = boxesOf(project.file, containers);
  const failed =
    boxes.find((box) => box.state === 'unhealthy' || box.state === 'exited' || box.restarts > 0) ??
    boxes.find((box) => box.state === 'starting' && box.pid !== null);
  if (failed === undefined) return failure;
  const lines = await lastLines(project, failed.name);
  if (lines === '') return failure;
  return new Failure(`${failed.name} did not become ready (${failed.state}). Its last lines:\n${lines}`, {
    where: failed.name,
    next: 'Everything that was started is down again.',
    cause: failure,
  });
}
