import { afterAll, beforeAll, expect, it } from 'vitest';
import { openGround } from '../../src/sharding/open-ground.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { makeDatabases, openShards } from './open-shards.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

it('finds a shard that is there, and does not wait for one that was stopped', async () => {
  await makeDatabases(server, 'ground', 2);
  const app = await openShards(server, 'ground', { shards: 2, shows: 8 });
  const there = openGround(app.env);
  expect((await there.shardIfThere(2))?.name).toBe('shard-2');
  // Nobody listens on the discard port.
  const gone = openGround({ ...app.env, shardUrl: 'postgres://tickets:tickets@127.0.0.1:9/shard_{n}' });
  const began = performance.now();
  expect(await gone.shardIfThere(2)).toBeNull();
  expect(performance.now() - began).toBeLessThan(2000);
  await there.close();
  await gone.close();
  await app.close();
}, 30_000);
