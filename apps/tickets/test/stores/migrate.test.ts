import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate, pool, postgres } from '../../src/index.ts';
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

it('keeps what was sold before there was a choice of tickets: it was mailed, and its key still answers', async () => {
  const env = settings(await server.database('older'));
  const [shop, reserve] = migrations;
  await server.ask(
    `create table schema_migrations (number int primary key, ready boolean not null);
    ${shop}; ${reserve}; insert into schema_migrations values (1, true), (2, true)`,
    'older',
  );
  await server.ask(
    `insert into shows values (1, 's', 's', 's', 's', 's', '2031-03-06', 's', 100, 'EUR', 's', 's');
    insert into seats select 1, number, 'A', number, 100 from generate_series(1, 9) number`,
    'older',
  );
  const id = randomUUID();
  const sell = (seat: number, key: string, reservation: string) =>
    server.ask(`select reserve('${reservation}', 1, '{${seat}}', 'Ada', 'a@b.co', '${key}')`, 'older');
  await sell(1, 'before', id);

  const primary = pool(env.databaseUrl, env);
  await migrate(primary, env);
  const { reservations } = postgres(primary);
  const order = { showId: 1, name: 'Ada', email: 'a@b.co', ticket: 'mail' } as const;
  const again = await reservations.reserve({ ...order, seats: [1], idempotencyKey: 'before' });
  expect(again).toMatchObject({ replayed: true, reservation: { id, ticket: 'mail' } });
  expect(again.kind === 'reserved' && again.reservation).toEqual(await reservations.find(id));

  // An instance that has not been replaced yet goes on selling.
  const meanwhile = randomUUID();
  await sell(2, 'meanwhile', meanwhile);
  expect(await reservations.find(meanwhile)).toMatchObject({ seats: [2], ticket: 'mail' });
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

it('ends the sale of a show when it begins, also when its date was changed', async () => {
  const env = settings(await server.database('dates'));
  const primary = pool(env.databaseUrl, env);
  await migrate(primary, env);
  const apart = () =>
    server.ask(
      'select count(*)::int as count from seats join shows on id = show_id where on_sale_until is distinct from starts_at',
      'dates',
    );
  expect(await apart()).toEqual([{ count: 0 }]);
  await server.ask("update shows set starts_at = starts_at + interval '1 week' where id = 2", 'dates');
  expect(await apart()).toEqual([{ count: 0 }]);
  await primary.close();
});
