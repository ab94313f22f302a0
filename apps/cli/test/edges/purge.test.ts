import { expect, it } from 'vitest';
import { cacheFile, pathOf } from '../../src/edges/purge.ts';
import { Failure } from '../../src/failure.ts';
import { offload } from '../../src/measure/offload.ts';

it('finds the file that nginx keeps a path in', () => {
  // echo -n / | md5sum
  expect(cacheFile('/')).toBe('9/7d/6666cd76f96956469e7be39d750cc7d9');
});

it.each([
  ['/shows', '/shows'],
  ['/posters/v1/a%20b.svg?x=1#y', '/posters/v1/a b.svg'],
  ['//posters///v1/../v1/a.svg', '/posters/v1/a.svg'],
])('purges %s as %s', (given, path) => {
  expect(pathOf(given)).toBe(path);
});

it.each(['', 'shows', 'http://elsewhere/', '/%'])('refuses "%s", which is no path', (given) => {
  expect(() => pathOf(given)).toThrow(Failure);
});

it('tells by the origin’s own count what never reached it', () => {
  const files = { requests: 1000, bytes: 50_000, hits: 990, neighbour: 8, misses: 2 };
  expect(offload({ files }, { requests: 40, bytes: 7000 }, { requests: 45, bytes: 7500 })).toEqual({
    ...files,
    origin: { requests: 5, bytes: 500 },
    offload: { requests: 0.995, bytes: 0.99 },
  });
  expect(offload({ files: null }, null, null)).toBeNull();
});
