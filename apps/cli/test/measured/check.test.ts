import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../src/check/check.ts';
import { runStage } from '../main/run-stage.ts';
import { secondsLeft } from '../seconds-left.ts';
import { leftovers } from '../stacks/leftovers.ts';

/** Two runs of three boots, and a version made ready before them. */
const LIMIT_MS = 280_000;
const FIRST_SLOT = 1;
/** One run of three boots, with one of them taken once more. */
const ENOUGH_SECONDS = 180;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a check against the last commit', () => {
  it.for([1, 3, 5])(
    'of stage %i holds, or says why it can show nothing; nothing is left',
    { timeout: LIMIT_MS + 10_000 },
    async (stage, context) => {
      const left = secondsLeft();
      if (left < ENOUGH_SECONDS) context.skip(`only ${left.toFixed(0)} s are left of this run`);
      const summary = join(folder, `${stage}.md`);
      await appendFile(summary, '# What a CI wrote before\n\n');
      const words = ['check', '--against', 'HEAD', '--json', '--summary', summary, '--runtime', 'native'];
      const said = await runStage([String(stage), ...words], { timeout: LIMIT_MS });
      expect([0, 2], said.stdout + said.stderr).toContain(said.code);
      const result = JSON.parse(said.stdout) as Check;
      expect(result.stage).toBe(stage);
      // A machine without quotas, or one that stands still for moments, can show nothing: then the check must say so.
      if (result.provenance.limiter === 'none')
        expect(result.why).toEqual([expect.stringContaining('no limiter')]);
      for (const reason of result.why) expect(reason).toMatch(/^no limiter|^k6 dropped/);
      expect(result.verdict, said.stderr).toBe(result.why.length === 0 ? 'holds' : 'void');
      expect(await readFile(summary, 'utf8')).toMatch(
        new RegExp(`^# What a CI wrote before\n\n### Stage ${stage}: ${result.verdict}`),
      );
      for (const slot of [FIRST_SLOT, FIRST_SLOT + 1]) expect(leftovers(stage, slot)).toEqual([]);
    },
  );
});
