import { expect, it } from 'vitest';
import { promises } from '../../src/rules/promises.ts';

it('finds a check for each numbered promise', async () => {
  expect(await promises.find()).toEqual([]);
});
