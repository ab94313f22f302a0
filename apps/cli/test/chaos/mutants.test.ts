import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../../src/stage/stages.ts';
import { MUTANTS } from './mutants.ts';

it.each(MUTANTS)('the bug "$name" can be planted', async ({ edits }) => {
  for (const { file, find } of edits) {
    const text = await readFile(join(ROOT, file), 'utf8');
    expect(text.split(find).length - 1, `${file}: ${find}`).toBe(1);
  }
});

it.each(MUTANTS)('no later migration takes the bug "$name" out again', async ({ edits }) => {
  for (const { file, find } of edits.filter((edit) => edit.file.includes('/migrations/'))) {
    const folder = dirname(join(ROOT, file));
    const later = (await readdir(folder)).filter((name) => /^\d{4}-/.test(name) && name > basename(file));
    for (const name of later)
      expect(await readFile(join(folder, name), 'utf8'), `${name} has it too`).not.toContain(find);
  }
});

it('every promise that chaos watches has a bug that breaks it', async () => {
  const page = await readFile(join(ROOT, 'docs/promises.md'), 'utf8');
  const promises = [...page.matchAll(/^## (P\d+) /gm)].map(([, promise]) => promise);
  const broken = new Set(MUTANTS.flatMap(({ breaks }) => breaks));
  expect(promises.filter((promise) => !broken.has(promise as never))).toEqual([]);
});
