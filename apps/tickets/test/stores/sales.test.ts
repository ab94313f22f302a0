import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate, pool, sales } from '../../src/index.ts';
import type { Pool } from '../../src/stores/pool.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { settings } from '../settings.ts';

let server: TestPostgres;
let database: Pool;
beforeAll(async () => {
  server = await startPostgres();
  const env = settings(await server.database('shop'));
  database = pool(env.databaseUrl, env);
  await migrate(database, env);
});
afterAll(async () => {
  await database.close();
  await server.stop();
});

/** Seats sold of a show, minutes ago by this database's clock. */
async function sold(showId: number, seats: number, minutesAgo: number): Promise<void> {
  await database.rows(
    `insert into sales_by_minute values (date_trunc('minute', now()) - make_interval(mins => $3), $1, $2, 1)`,
    [showId, seats, minutesAgo],
  );
}
const fast = async () => JSON.parse(await sales(database).sellingFast()) as unknown;

it('names the shows of which many seats went within the last five minutes, most first', async () => {
  expect(await fast()).toEqual([]);
  await sold(1, 6, 0);
  await sold(1, 6, 1);
  await sold(2, 20, 2);
  await sold(3, 7, 0);
  await sold(4, 500, 6);
  expect(await fast()).toEqual([
    { showId: 2, seats: 20 },
    { showId: 1, seats: 12 },
  ]);
});

it('counts back from the newest sale where the clock of the seller is ahead', async () => {
  await sold(5, 9, -30);
  expect(await fast()).toEqual([{ showId: 5, seats: 9 }]);
});
