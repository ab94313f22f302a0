import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../failure.ts';
import { lockStack } from '../lock-stack.ts';
import type { StackState, UpOptions } from '../runtime.ts';
import { ask, followUp, notRunning } from './client.ts';
import { removeStackFolder } from './disk.ts';
import { inAnyOrder } from './leader.ts';
import { detectLimits } from './limiter/detect.ts';
import { makePlan, socketFolder, socketPath } from './make-plan.ts';
import { mayShareNetwork } from './network/enter.ts';
import { ownNetwork } from './network/own-network.ts';
import type { StackPlan } from './plan.ts';
import { prepare } from './prepare.ts';
import { makePrivateFolder } from './private-folder.ts';
import { startSupervisor } from './start-supervisor.ts';

/** Start a stack natively. @throws Failure with nothing left running. */
export async function up(stage: number, options: UpOptions): Promise<StackState> {
  const startedAt = Date.now();
  if (options.isolated && ownNetwork() !== 'bridged')
    throw new TypeError(
      'an isolated stack must be started in a network of its own: call inBridgedNetwork first',
    );
  if (ownNetwork() === null && !mayShareNetwork())
    throw new TypeError('stacks are started in a network of their own: call chooseInside first');
  const slot = options.slot ?? 0;
  const socket = socketPath(stage, slot);
  await makePrivateFolder(socketFolder());
  const release = await lockStack(join(socketFolder(), `${stage}-s${slot}.lock`), stage);
  try {
    const running = await ask<StackState>(socket, 'state').catch((error: unknown) => {
      if (notRunning(error)) return null;
      throw error;
    });
    if (running) {
      throw new Failure(`Stage ${stage} is running already, at ${running.site}.`, {
        next: `Use it, or end it with \`pnpm stage ${stage} down\` first.`,
      });
    }
    return await start(stage, slot, options, startedAt);
  } finally {
    await release();
  }
}

async function start(
  stage: number,
  slot: number,
  options: UpOptions,
  startedAt: number,
): Promise<StackState> {
  const { supervisor, ...prepared } = await prepare(stage, { ...options, slot });
  const limits = detectLimits();
  const { limiter } = limits;
  const plan = makePlan({ stage, slot, ...prepared, limiter, options });
  // A measurement always starts from the same data. The learner's own comes back after a supervisor that was killed.
  if (slot !== 0) await removeStackFolder(plan.folder);
  await rm(join(plan.folder, 'logs'), { recursive: true, force: true });
  options.signal?.throwIfAborted();
  const hadData = existsSync(join(plan.folder, 'data'));
  await startSupervisor(inAnyOrder(plan), limits, supervisor, startedAt).catch(async (error: unknown) => {
    if (!hadData) await removeStackFolder(plan.folder);
    throw error;
  });
  return await followToReady(plan, { ...options, keepData: hadData });
}

async function followToReady(
  { socket, folder }: Pick<StackPlan, 'socket' | 'folder'>,
  options: UpOptions & { readonly keepData: boolean },
): Promise<StackState> {
  // Ctrl-C while it starts: ask for the end at once, which fails the start we are following.
  const abort = (): void => void ask(socket, 'down').catch(() => undefined);
  options.signal?.addEventListener('abort', abort, { once: true });
  // The listener is not called for a signal that came while the supervisor started.
  if (options.signal?.aborted) abort();
  try {
    return await followUp(socket, (event) => options.onProgress?.(event));
  } catch (error) {
    // Data that was found is not this start's to remove.
    await endSupervisor(socket);
    if (!options.keepData) await removeStackFolder(folder);
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

/** End a stack and remove its data. False when nothing was running. */
export async function endStack(socket: string, folder: string): Promise<boolean> {
  const ran = await endSupervisor(socket);
  await removeStackFolder(folder);
  return ran;
}

async function endSupervisor(socket: string): Promise<boolean> {
  const ran = await ask(socket, 'down').then(
    () => true,
    (error: unknown) => {
      if (notRunning(error) || (error as NodeJS.ErrnoException).code === 'ECONNRESET') return false;
      throw error;
    },
  );
  const deadline = Date.now() + 5000;
  while (existsSync(socket) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  return ran;
}
