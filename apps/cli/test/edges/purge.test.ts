import { expect, it } from 'vitest';
import { cacheFile, pathOf } from '../../src/edges/purge.ts';
import { Failure } from '../../src/failure.ts';

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
