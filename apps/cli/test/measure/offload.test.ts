import { expect, it } from 'vitest';
import { offload } from '../../src/measure/offload.ts';

const files = { requests: 1000, bytes: 50_000, hits: 990, neighbour: 8, misses: 2 };

it('tells by the origin’s own count what never reached it', () => {
  const before = { 'app-1': { requests: 40, bytes: 7000 }, 'app-2': { requests: 9, bytes: 100 } };
  const after = { 'app-1': { requests: 44, bytes: 7400 }, 'app-2': { requests: 10, bytes: 200 } };
  expect(offload({ files }, before, after)).toEqual({
    ...files,
    origin: { requests: 5, bytes: 500 },
    offload: { requests: 0.995, bytes: 0.99 },
  });
});

it('counts what an instance has sent that started anew meanwhile, and leaves out one that is gone', () => {
  const before = { 'app-1': { requests: 40, bytes: 7000 }, 'app-2': { requests: 9, bytes: 100 } };
  const after = { 'app-1': { requests: 3, bytes: 300 } };
  expect(offload({ files }, before, after)?.origin).toEqual({ requests: 3, bytes: 300 });
});

it('says nothing where no file came through an edge', () => {
  expect(offload({ files: null }, {}, {})).toBeNull();
  expect(offload({ files }, null, null)).toBeNull();
});
