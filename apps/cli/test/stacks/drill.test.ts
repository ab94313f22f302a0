import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../src/stage/stages.ts';
import { runStage } from '../main/run-stage.ts';
import { eventually, leftovers } from './leftovers.ts';

const slot = 1;

/** What a drill of one box of stage 2 says: short, and at a rate that a busy machine can answer. */
async function drill(box: string) {
  const words = [
    '2',
    'drill',
    '--box',
    box,
    '--down',
    '1.5',
    '--rate',
    '10',
    '--json',
    '--runtime',
    'native',
  ];
  const said = await runStage(words, { timeout: 110_000 });
  expect(said.code, said.stderr + said.stdout).toBe(0);
  return JSON.parse(said.stdout) as Record<string, unknown>;
}

describe('a drill', () => {
  it.each(['app', 'db'])(
    'of stage 2: everything fails while %s is down, and nothing is lost',
    async (box) => {
      const result = await drill(box);
      expect(result).toMatchObject({
        stage: 2,
        verdict: 'holds',
        faults: [],
        why: [],
        boxes: [{ box, groups: { reads: { needsTheBox: true } } }],
        verification: { lost: 0, soldTwice: 0, wrongReplay: 0, verdict: 'holds' },
        provenance: { runtime: 'native', load: '10/s' },
      });
      const [effect] = result.boxes as { failed: number; lastFailedMs: number; downMs: number }[];
      expect(effect?.failed).toBeGreaterThan(5);
      expect(effect?.lastFailedMs).toBeGreaterThan(1000);
      expect(leftovers(2, slot)).toEqual([]);
    },
  );

  it('of the mail box: nobody who looks or buys notices', async () => {
    expect(await drill('mail')).toMatchObject({
      failed: 0,
      boxes: [{ box: 'mail', failed: 0, firstFailedMs: null }],
      singlePointsOfFailure: [],
    });
  });

  it('ended by Ctrl-C leaves nothing, whichever box is down', async () => {
    const entry = join(ROOT, 'apps/cli/bin/stage.mjs');
    const running = execa(process.execPath, [entry, '2', 'drill', '--box', 'db', '--runtime', 'native'], {
      reject: false,
      timeout: 100_000,
    });
    running.stderr?.on('data', (text: Buffer) => {
      if (text.includes('db dies')) setTimeout(() => running.kill('SIGINT'), 500);
    });
    const said = await running;
    expect(said.exitCode, said.stderr).toBe(2);
    expect(said.stderr).toContain('Stopped by SIGINT');
    await eventually('nothing left', () => leftovers(2, slot).length === 0);
  });
});
