import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startSpinner } from '../../src/measure/spinner.ts';

/** Groups of this process' spinner that are there now, in whichever tree. */
function groups(): string[] {
  return readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type === 'cgroup' || type === 'cgroup2')
    .flatMap(([, path = '']) => (existsSync(path) ? readdirSync(path).map((name) => `${path}/${name}`) : []))
    .filter((path) => path.endsWith(`scaling-spinner-${process.pid}`));
}

describe('the spinner', () => {
  it('takes only what nobody wants, in a group of its own, and leaves nothing', async (context) => {
    const spinner = await startSpinner();
    if (spinner === null) return context.skip('this user may not make a control group here');
    const [group] = groups();
    expect(readFileSync(`${group}/cpu.idle`, 'utf8').trim()).toBe('1');
    await sleep(200);
    const pids = readFileSync(`${group}/cgroup.procs`, 'utf8').trim().split('\n');
    expect(pids.length).toBeGreaterThan(0);
    await spinner.stop();
    expect(groups()).toEqual([]);
    for (const pid of pids) expect(existsSync(`/proc/${pid}`)).toBe(false);
  });
});
