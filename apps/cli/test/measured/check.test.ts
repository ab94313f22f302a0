import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../src/check/check.ts';
import { runStage } from '../main/run-stage.ts';
import { leftovers } from '../stacks/leftovers.ts';

/** Two runs of two boots, and a version made ready before them. */
const LIMIT_MS = 280_000;
const FIRST_SLOT = 1;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a check against the last commit', () => {
  it.each([1, 3, 5])(
    'holds for stage %i, and leaves nothing',
    async (stage) => {
      const summary = join(folder, `${stage}.md`);
      await appendFile(summary, '# What a CI wrote before\n\n');
      const words = ['check', '--against', 'HEAD', '--json', '--summary', summary, '--runtime', 'native'];
      const said = await runStage([String(stage), ...words], { timeout: LIMIT_MS });
      expect([0, 2], said.stdout + said.stderr).toContain(said.code);
      const result = JSON.parse(said.stdout) as Check;
      const { limiter } = result.provenance;
      // Without quotas the figures at the limit say nothing, and the check must say that.
      expect(result, said.stderr).toMatchObject(
        limiter === 'none'
          ? { verdict: 'void', why: [expect.stringContaining('no limiter')] }
          : { verdict: 'holds', why: [], stage },
      );
      expect(await readFile(summary, 'utf8')).toMatch(
        new RegExp(`^# What a CI wrote before\n\n### Stage ${stage}: ${result.verdict}`),
      );
      for (const slot of [FIRST_SLOT, FIRST_SLOT + 1]) expect(leftovers(stage, slot)).toEqual([]);
    },
    LIMIT_MS + 10_000,
  );
});
