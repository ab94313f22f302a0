import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { stopAndGo } from '../../../src/runtime/native/limiter/stop-and-go.ts';

const PERIOD_MICROS = 50_000;
/** A box overdraws by 40 ms of CPU at most, on two cores, and pays that back: over so long, the average must hold. */
const MEASURED_MS = 8000;

let started: ChildProcess[] = [];
let driver = stopAndGo();

afterEach(() => {
  for (const { pid } of started) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  started = [];
  driver.remove();
  driver = stopAndGo();
});

function box(script: string, program = 'sh') {
  const group = driver.group('box');
  const child = spawn(program, [program === 'sh' ? '-c' : '-e', script], { stdio: 'ignore', detached: true });
  started.push(child);
  group.adopt(child.pid ?? 0);
  return { group, pid: child.pid ?? 0 };
}

const SPIN = 'while :; do :; done';
const stateOf = (pid: number): string =>
  / ([A-Z]) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? '';

/** Cores that each of them used from now on, for a while. */
async function coresOf(groups: readonly ReturnType<typeof box>['group'][]): Promise<number[]> {
  const before = groups.map((group) => group.usage().cpuMicros);
  const began = performance.now();
  await sleep(MEASURED_MS);
  const micros = groups.map((group, index) => group.usage().cpuMicros - (before[index] ?? 0));
  const passed = performance.now() - began;
  return micros.map((used) => used / 1000 / passed);
}

describe('a limiter that stops and continues', () => {
  it.each([
    ['one process', SPIN],
    [
      'processes that it starts',
      `${SPIN.replace(':', '(i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done)')}`,
    ],
    ['two at once', `(${SPIN}) & ${SPIN}`],
  ])('holds a box of %s to its quota', async (_, script) => {
    const { group } = box(script);
    group.limitCpu(0.1, PERIOD_MICROS);
    await sleep(500);
    const [cores = 0] = await coresOf([group]);
    expect(cores).toBeGreaterThan(0.05);
    expect(cores).toBeLessThan(0.106);
    expect(group.usage().throttledPeriods).toBeGreaterThan(10);
  });

  it('holds threads to their quota', async () => {
    const worker = "const {Worker}=require('worker_threads');new Worker('for(;;);',{eval:true});for(;;);";
    const { group } = box(worker, process.execPath);
    await sleep(500);
    group.limitCpu(0.1, PERIOD_MICROS);
    await sleep(1500);
    const [cores = 0] = await coresOf([group]);
    expect(cores).toBeGreaterThan(0.05);
    expect(cores).toBeLessThan(0.106);
  });

  it('leaves a box alone that needs less than its quota', async () => {
    const { group } = box('while :; do sleep 0.1; done');
    group.limitCpu(0.2, PERIOD_MICROS);
    await sleep(1000);
    expect(group.usage().throttledPeriods).toBe(0);
  });

  it('lets a box go on when its quota is taken away', async () => {
    const { group, pid } = box(SPIN);
    group.limitCpu(0.01, PERIOD_MICROS);
    await expect.poll(() => stateOf(pid)).toBe('T');
    group.limitCpu(null, PERIOD_MICROS);
    await expect.poll(() => stateOf(pid)).toBe('R');
    await sleep(300);
    expect(stateOf(pid)).toBe('R');
  });

  it('lets nothing go on that somebody else has stopped', async () => {
    const { group, pid } = box(SPIN);
    group.limitCpu(0.1, PERIOD_MICROS);
    await sleep(200);
    group.hold(true);
    process.kill(pid, 'SIGSTOP');
    for (let look = 0; look < 40; look += 1) {
      await sleep(10);
      expect(stateOf(pid)).toBe('T');
    }
    process.kill(pid, 'SIGCONT');
    group.hold(false);
    await expect.poll(() => stateOf(pid)).toBe('R');
    const [cores = 0] = await coresOf([group]);
    expect(cores).toBeLessThan(0.106);
  });

  it('stops a process that begins while its box is stopped', async () => {
    const { group } = box(`(${SPIN}) & (${SPIN}) & wait`);
    group.limitCpu(0.02, PERIOD_MICROS);
    await expect.poll(() => group.pids().map(stateOf)).toEqual(['T', 'T', 'T']);
  });
});
