// Watches promise P2.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate, pool, postgres } from '../../src/index.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { settings } from '../settings.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

async function buyersWhoGotSeat7(database: string): Promise<number> {
  const env = settings(server.url(database));
  const primary = pool(env.databaseUrl, env);
  const buyers = Array.from({ length: 5 }, () =>
    postgres(primary).reservations.reserve({
      showId: 1,
      seats: [7],
      name: 'Ada',
      email: 'ada@example.com',
      ticket: 'mail',
      idempotencyKey: randomUUID(),
    }),
  );
  const outcomes = await Promise.all(buyers);
  await primary.close();
  return outcomes.filter((outcome) => outcome.kind === 'reserved').length;
}

it('is the constraint alone that keeps a seat from being sold twice', async () => {
  const env = settings(await server.database('once'));
  const primary = pool(env.databaseUrl, env);
  await migrate(primary, env);
  await primary.close();
  expect(await buyersWhoGotSeat7('once')).toBe(1);
  await server.ask('truncate reserved_seats, reservations, idempotency', 'once');
  await server.ask('alter table reserved_seats drop constraint seat_sold_once', 'once');
  expect(await buyersWhoGotSeat7('once')).toBe(5);
});
