import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../log.ts';
import { ask, type CloneReport, type FromClone, type ToClone } from './messages.ts';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;
const BACKOFF_MS = { first: 100, most: 5000 };
/** A clone that served this long before it broke starts again at once. */
const STEADY_MS = 10_000;

interface Clone {
  /** Its place, 1 … n: a clone that replaces another takes its number. */
  readonly id: number;
  worker: Worker;
  state: 'starting' | 'serving' | 'stopping' | 'waiting';
  restarts: number;
  servingSince: number;
  backoffMs: number;
}

export interface CloneState extends CloneReport {
  readonly id: number;
  readonly pid: number | null;
  readonly state: Clone['state'];
  readonly restarts: number;
}

/** The processes that share this box's port: starts, replaces, counts and stops them. */
export function clones() {
  const all = new Map<number, Clone>();
  let stopping = false;

  function fork(id: number): Worker {
    const worker = cluster.fork({ CLONE: String(id) });
    worker.on('message', (message: FromClone) => {
      if (message.kind !== 'seat-change') return;
      for (const other of Object.values(cluster.workers ?? {})) if (other !== worker) tell(other, message);
    });
    return worker;
  }

  /** Runs `id` on a new process and keeps it running; resolves once it serves. */
  async function start(id: number): Promise<void> {
    const worker = fork(id);
    const before = all.get(id);
    const clone: Clone = {
      id,
      worker,
      state: 'starting',
      restarts: before?.restarts ?? 0,
      servingSince: 0,
      backoffMs: before?.backoffMs ?? BACKOFF_MS.first,
    };
    // Until the new process serves, the one it replaces stands for the place.
    if (before === undefined || before.state === 'waiting') all.set(id, clone);
    worker.once('exit', (code, signal) => void ended(clone, code, signal));
    await serving(worker);
    clone.state = 'serving';
    clone.servingSince = performance.now();
    all.set(id, clone);
  }

  async function ended(clone: Clone, code: number, signal: string): Promise<void> {
    if (clone.state === 'stopping' || stopping || all.get(clone.id) !== clone) return;
    log.warn({ clone: clone.id, code, signal }, 'a clone ended unasked and is started again');
    const steady = clone.servingSince > 0 && performance.now() - clone.servingSince > STEADY_MS;
    const wait = steady ? BACKOFF_MS.first : clone.backoffMs;
    clone.state = 'waiting';
    clone.restarts += 1;
    clone.backoffMs = Math.min(wait * 2, BACKOFF_MS.most);
    await sleep(wait);
    if (stopping || all.get(clone.id) !== clone) return;
    // If it breaks again before it serves, its own exit starts the next one.
    await start(clone.id).catch((error) =>
      log.warn({ clone: clone.id, err: error }, 'a clone did not start'),
    );
  }

  async function stop(clone: Clone): Promise<void> {
    clone.state = 'stopping';
    if (all.get(clone.id) === clone) all.delete(clone.id);
    if (clone.worker.isDead()) return;
    const gone = once(clone.worker, 'exit', { signal: AbortSignal.timeout(STOP_LIMIT_MS) });
    tell(clone.worker, { kind: 'drain' });
    await gone.catch(() => clone.worker.process.kill('SIGKILL'));
  }

  return {
    async scale(count: number): Promise<void> {
      const missing = Array.from({ length: count }, (_, index) => index + 1).filter((id) => !all.has(id));
      const surplus = [...all.values()].filter((clone) => clone.id > count);
      await Promise.all([...missing.map(start), ...surplus.map(stop)]);
    },
    /** Replaces one clone after the other: the new one serves before the old one stops, so no request fails. */
    async reload(): Promise<void> {
      for (const clone of [...all.values()].sort((one, other) => one.id - other.id)) {
        await start(clone.id);
        await stop(clone);
      }
    },
    async list(): Promise<CloneState[]> {
      const states = [...all.values()].sort((one, other) => one.id - other.id);
      return await Promise.all(states.map(state));
    },
    async metrics(): Promise<object[][]> {
      const running = [...all.values()].filter((clone) => clone.state === 'serving');
      const answers = await Promise.allSettled(
        running.map(({ worker }) => ask<MetricsAnswer>(worker, 'metrics')),
      );
      return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.metrics] : []));
    },
    async stopAll(): Promise<void> {
      stopping = true;
      await Promise.all([...all.values()].map(stop));
    },
  };
}

export type Clones = ReturnType<typeof clones>;
type MetricsAnswer = Extract<FromClone, { kind: 'metrics' }>;
type ReportAnswer = Extract<FromClone, { kind: 'report' }>;

async function serving(worker: Worker): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('a clone did not serve in time')), START_LIMIT_MS);
    worker.on('message', (message: FromClone) => {
      if (message.kind !== 'serving') return;
      clearTimeout(timer);
      resolve();
    });
    worker.once('exit', () => {
      clearTimeout(timer);
      reject(new Error('a clone ended before it served'));
    });
  });
}

async function state({ id, worker, state, restarts }: Clone): Promise<CloneState> {
  const nothing = { cpuMicros: 0, memoryBytes: 0, requests: 0 };
  const known = { id, pid: worker.process.pid ?? null, state, restarts };
  if (state !== 'serving') return { ...known, ...nothing };
  const answer = await ask<ReportAnswer>(worker, 'report').catch(() => undefined);
  return { ...known, ...(answer?.report ?? nothing) };
}

function tell(worker: Worker | undefined, message: ToClone): void {
  if (worker?.isConnected() === true) worker.send(message);
}
