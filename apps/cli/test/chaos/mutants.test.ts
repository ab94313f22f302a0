import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../../src/stage/stages.ts';
import { MUTANTS } from './mutants.ts';

it.each(MUTANTS)('the bug "$name" can be planted', async ({ edits }) => {
  for (const { file, find } of edits) {
    const text = await readFile(join(ROOT, file), 'utf8');
    expect(text.split(find).length - 1, `${file}: ${find}`).toBe(1);
  }
});

it('every promise that chaos watches has a bug that breaks it', async () => {
  const page = await readFile(join(ROOT, 'docs/promises.md'), 'utf8');
  const promises = [...page.matchAll(/^## (P\d+) /gm)].map(([, promise]) => promise);
  const broken = new Set(MUTANTS.flatMap(({ breaks }) => breaks));
  expect(promises.filter((promise) => !broken.has(promise as never))).toEqual([]);
});
