import { beforeAll } from 'vitest';
import { provideParts, recipes } from '../../src/parts/index.ts';

const LIMIT_MS = 900_000;

/** A stack starts in seconds once its parts are there, and each file's own limit is for that. */
beforeAll(async () => {
  await provideParts(Object.values(recipes).map(({ name }) => name));
}, LIMIT_MS);
