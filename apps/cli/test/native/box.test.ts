import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isAlive } from '../../src/is-alive.ts';
import type { BoxGroup } from '../../src/runtime/native/limiter/limiter.ts';
import type { BoxPlan } from '../../src/runtime/native/plan.ts';
import { Box } from '../../src/runtime/native/supervisor/box.ts';
import type { BoxNetwork } from '../../src/runtime/native/supervisor/box-network.ts';
import { eventually } from '../stacks/leftovers.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'box-'));
  await mkdir(join(folder, 'logs'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A group as the kernel has it in the first moment: the box's process has not joined it yet. */
const NOT_JOINED: BoxGroup = {
  joinFiles: [],
  adopt: () => undefined,
  limitCpu: () => undefined,
  limitMemory: () => undefined,
  goFirst: () => undefined,
  hold: () => undefined,
  usage: () => ({ cpuMicros: 0, throttledMicros: 0, periods: 0, throttledPeriods: 0, memoryBytes: 0 }),
  pids: () => [],
  remove: () => undefined,
};

async function startedBox(): Promise<{ box: Box; pid: number }> {
  const plan = {
    ...{ name: 'app', service: 'app', kind: 'app', address: '127.0.0.1', cwd: folder, environment: {} },
    ...{ argv: ['sleep', '600'], prepare: [], probe: null, healthcheck: null, dependsOn: {}, restart: 'no' },
    ...{ stopSignal: 'SIGTERM', stopGracePeriodMs: 1000, cpus: null, cpuPeriod: 50_000, memoryBytes: null },
    user: null,
  } as unknown as BoxPlan;
  const network = { make: () => Promise.resolve(), enter: () => [] } as unknown as BoxNetwork;
  const box = new Box(plan, NOT_JOINED, { stackFolder: folder, network, onState: () => undefined });
  box.start();
  await eventually('it has a process', () => box.pid !== null);
  return { box, pid: box.pid ?? 0 };
}

it('kills a process that has not joined its group yet', async () => {
  const { box, pid } = await startedBox();
  await box.kill();
  expect([box.state, isAlive(pid)]).toEqual(['killed', false]);
}, 5000);

it('pauses a process that has not joined its group yet, and lets it go on', async () => {
  const { box, pid } = await startedBox();
  await box.pause();
  await eventually('it is stopped', () => stateOf(pid) === 'T');
  box.resume();
  await eventually('it goes on', () => stateOf(pid) !== 'T');
  await box.kill();
}, 5000);

function stateOf(pid: number): string | undefined {
  return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
}
