import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate, pool } from '../../src/index.ts';
import { migrations } from '../../src/stores/migrations/index.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { settings } from '../settings.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

it('migrates and seeds once when five instances start at the same time', async () => {
  const env = settings(await server.database('five'));
  const pools = Array.from({ length: 5 }, () => pool(env.databaseUrl, env));
  await Promise.all(pools.map((one) => migrate(one, env)));
  expect(await server.ask('select number from schema_migrations order by number', 'five')).toHaveLength(
    migrations.length,
  );
  expect(await server.ask('select count(*)::int as count from seats', 'five')).toEqual([{ count: 1500 }]);
  for (const one of pools) await one.close();
});

it('goes on where an instance died between tables and seed', async () => {
  const env = settings(await server.database('halfway'));
  const primary = pool(env.databaseUrl, env);
  await migrate(primary, env);
  await server.ask('truncate shows cascade; update schema_migrations set ready = false', 'halfway');
  await migrate(primary, env);
  expect(await server.ask('select count(*)::int as count from shows', 'halfway')).toEqual([{ count: 3 }]);
  await primary.close();
});

it('gives the planner statistics of the catalogue, and none of the empty tables', async () => {
  const env = settings(await server.database('planned'));
  const primary = pool(env.databaseUrl, env);
  await migrate(primary, env);
  const rows = await server.ask<{ relname: string; reltuples: number }>(
    `select relname, reltuples::int from pg_class where relname in ('shows', 'seats', 'reserved_seats') order by 1`,
    'planned',
  );
  expect(rows).toEqual([
    { relname: 'reserved_seats', reltuples: -1 },
    { relname: 'seats', reltuples: 1500 },
    { relname: 'shows', reltuples: 3 },
  ]);
  await primary.close();
});
