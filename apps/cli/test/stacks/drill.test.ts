import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../src/stage/stages.ts';
import { runStage } from '../main/run-stage.ts';
import { eventually, leftovers } from './leftovers.ts';

const slot = 1;

/** What a drill of one box says: short, and at a rate that a busy machine can answer. */
async function drill(stage: number, box: string, more: readonly string[] = []) {
  const short = ['--box', box, '--down', '1.5', '--rate', '10', '--json', '--runtime', 'native'];
  const words = ['drill', ...more, ...short];
  const said = await runStage([String(stage), ...words], { timeout: 110_000 });
  expect(said.code, said.stderr + said.stdout).toBe(0);
  return JSON.parse(said.stdout) as Record<string, unknown>;
}

const nothingLost = { lost: 0, soldTwice: 0, wrongReplay: 0, verdict: 'holds' };

describe('a drill', () => {
  it('of the one database: everything fails while it is down, and nothing is lost', async () => {
    const result = await drill(2, 'db');
    expect(result).toMatchObject({
      stage: 2,
      verdict: 'holds',
      faults: [],
      why: [],
      boxes: [{ box: 'db', groups: { reads: { needsTheBox: true } } }],
      singlePointsOfFailure: [{ box: 'db', of: expect.arrayContaining(['reads']) }],
      verification: nothingLost,
      provenance: { runtime: 'native', load: '10/s' },
    });
    const [effect] = result.boxes as { failed: number; lastFailedMs: number }[];
    expect(effect?.failed).toBeGreaterThan(5);
    expect(effect?.lastFailedMs).toBeGreaterThan(1000);
    expect(leftovers(2, slot)).toEqual([]);
  });

  it('of one app of three: the others answer', async () => {
    const result = await drill(3, 'app-1');
    expect(result).toMatchObject({
      verdict: 'holds',
      boxes: [{ box: 'app-1', groups: { reads: { needsTheBox: false } } }],
      singlePointsOfFailure: [],
      verification: nothingLost,
    });
    // What was under way in it may have failed with it.
    expect(result.failed).toBeLessThan(5);
  });

  it('of a database that hangs, while seats are given back: nothing that was cancelled is sold or lost', async () => {
    const result = await drill(2, 'db', ['cancel', '--pause']);
    expect(result).toMatchObject({
      scenario: 'cancel',
      fault: 'pause',
      verdict: 'holds',
      faults: [],
      boxes: [{ box: 'db', notExercised: null, slowestMs: expect.toSatisfy((ms) => ms > 1000) }],
      verification: {
        ...nothingLost,
        cancelled: expect.toSatisfy((count) => count > 10),
        cancelledInVain: 0,
      },
    });
  });

  it('ended by Ctrl-C leaves nothing, whichever box is down', async () => {
    const entry = join(ROOT, 'apps/cli/bin/stage.mjs');
    const running = execa(process.execPath, [entry, '2', 'drill', '--box', 'db', '--runtime', 'native'], {
      reject: false,
      timeout: 100_000,
    });
    running.stderr?.on('data', (text: Buffer) => {
      if (text.includes('db is killed')) setTimeout(() => running.kill('SIGINT'), 500);
    });
    const said = await running;
    expect(said.exitCode, said.stderr).toBe(2);
    expect(said.stderr).toMatch(/^Stopped/m);
    await eventually('nothing left', () => leftovers(2, slot).length === 0);
  });
});
