import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { Failure } from '../../failure.ts';
import type { LoadJob, LoadProcess, Runtime, StackId, StackState, Usage } from '../runtime.ts';
import { boxUser } from './box-user.ts';
import { ask, notRunning } from './client.ts';
import { nativeFaults } from './faults.ts';
import { follow } from './follow.ts';
import { hostPids } from './host-pids.ts';
import { socketPath, stackFolder } from './make-plan.ts';
import { readLogs } from './read-logs.ts';
import { setAside } from './set-aside.ts';
import { endStack, up } from './up.ts';

const run = promisify(execFile);
/** k6's REST API listens here, at the load box's address. */
const K6_API_PORT = 6565;

/** Runs every box as real local processes: no container engine needed. Linux only. */
export function nativeRuntime(): Runtime {
  return {
    name: 'native',
    up: (stage, options = {}) => up(stage, options),
    down: (id) => endStack(socketPath(id.stage, id.slot), stackFolder(id.stage, id.slot)),
    state: (id) => state(id),
    logs: (id, options) => readLogs(stackFolder(id.stage, id.slot), options),
    exec: (id, box, argv, options = {}) => call(id, 'exec', { box, argv, ...options }),
    kill: (id, box) => call(id, 'kill', { box }),
    heal: (id, box) => call(id, 'heal', { box }),
    follow: async (id, box, leader) => follow(await call<StackState>(id, 'state'), box, leader),
    setAside: (id) => setAside(stackFolder(id.stage, id.slot)),
    scale: (id, service, count) => call(id, 'scale', { service, count }),
    restart: (id, box) => call(id, 'restart', { box }),
    signal: (id, box, name) => call(id, 'signal', { box, name }),
    limit: (id, box, cpus) => call(id, 'limit', { box, cpus }),
    pin: async (id, box, cores) => {
      await call(id, 'pin', { box, cores });
      return true;
    },
    faults: nativeFaults((id, name, body) => call(id, name, body)),
    usage: (id) => call<Usage[]>(id, 'usage'),
    load: (id, job) => load(id, job),
  };
}

/** Ask a running stack. @throws Failure when it is not running. */
async function call<T>(id: StackId, name: string, body: object = {}): Promise<T> {
  try {
    return await ask<T>(socketPath(id.stage, id.slot), name, body);
  } catch (cause) {
    if (!notRunning(cause)) throw cause;
    throw new Failure(`Stage ${id.stage} is not running.`, {
      next: `Start it with \`pnpm stage ${id.stage} up\`.`,
      cause,
    });
  }
}

async function state(id: StackId): Promise<StackState | null> {
  const socket = socketPath(id.stage, id.slot);
  if (!existsSync(socket)) return null;
  try {
    const { pidNamespace, ...inside } = await ask<StackState & { pidNamespace: string }>(socket, 'state');
    const pids = await hostPids(
      inside.boxes.map((box) => box.pid),
      pidNamespace,
    );
    return { ...inside, boxes: inside.boxes.map((box, index) => ({ ...box, pid: pids[index] ?? null })) };
  } catch (error) {
    if (notRunning(error)) return null;
    throw error;
  }
}

async function load(id: StackId, job: LoadJob): Promise<LoadProcess> {
  const { address } = await call<{ address: string }>(id, 'load-address');
  const environment = { ...job.environment, RESULTS: job.results };
  const given = job.args.map((word) =>
    word.startsWith('$RESULTS') ? word.replace('$RESULTS', job.results) : word,
  );
  const args = ['--address', `${address}:${K6_API_PORT}`, ...given];
  const user = boxUser(id.stage, id.slot);
  // Where root starts the load, it is another user who writes the results.
  if (user !== null) await run('chown', ['-R', String(user), job.results]);
  await call(id, 'load-start', { args, environment, core: job.core ?? null });
  const stop = (): void => void call(id, 'load-stop').catch(() => undefined);
  job.signal?.addEventListener('abort', stop, { once: true });
  const done = call<{ code: number; stderr: string; cpuMicros: number | null }>(id, 'load-wait').finally(() =>
    job.signal?.removeEventListener('abort', stop),
  );
  return { api: `http://${address}:${K6_API_PORT}`, done };
}
