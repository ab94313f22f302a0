// Watches promise P7.
import { randomUUID } from 'node:crypto';
import { migrate, outbox, pool, postgres, type TicketBy } from '@scaling/tickets';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { random } from '../../tickets/src/seed/random.ts';
import { startPostgres, type TestPostgres } from '../../tickets/test/postgres/index.ts';
import { settings } from '../../tickets/test/settings.ts';
import { sweep } from '../src/queue/sweep.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

/** What the worker notes, and what a sweep makes of it for a reservation that stands, and for one that is cancelled. */
const NOTES: readonly [string | null, 'confirmed' | 'cancelled', boolean][] = [
  ['sent', 'confirmed', false],
  ['begun', 'confirmed', true],
  [null, 'confirmed', true],
  ['cancelled', 'cancelled', false],
  ['notice-sent', 'cancelled', false],
  ['notice-begun', 'cancelled', true],
  ['sent', 'cancelled', true],
  ['begun', 'cancelled', true],
  [null, 'cancelled', true],
];

it.each([1, 2, 3])(
  'writes the events again of what was sold and never mailed, and of nothing else (seed %i)',
  async (seed) => {
    const { integer, pick } = random(seed);
    const env = settings(await server.database(`shop_${seed}`));
    const shop = pool(env.databaseUrl, env);
    await migrate(shop, env);
    const { reservations } = outbox(postgres(shop));
    const expected: string[] = [];
    for (let seat = 1; seat <= 40; seat += 1) {
      const ticket: TicketBy = pick(['mail', 'mail', 'mail', 'box-office']);
      const sold = await reservations.reserve({
        showId: 1,
        seats: [seat],
        name: 'Ada',
        email: 'ada@example.com',
        ticket,
        idempotencyKey: randomUUID(),
      });
      const { id = '', token = '' } = sold.kind === 'reserved' ? sold.reservation : {};
      const [state, status, isMissing] = NOTES[integer(0, NOTES.length - 1)] ?? [null, 'confirmed', true];
      if (status === 'cancelled') await reservations.cancel(id, token);
      if (state !== null)
        await shop.rows('insert into mailed (reservation_id, state) values ($1, $2)', [id, state]);
      const isOld = integer(1, 5) === 1;
      if (isOld)
        await shop.rows(`update reservations set created_at = now() - interval '2 hours' where id = $1`, [
          id,
        ]);
      if (ticket === 'mail' && isMissing && !isOld) expected.push(`${id} ${status}`);
    }
    await shop.rows('delete from outbox');
    const swept = await sweep(shop, shop, { withinSeconds: 3600, isSharded: false });
    const events = await shop.rows<{ event: string }>('select event from outbox order by number');
    const found = events.map(
      ({ event }) => JSON.parse(event) as { id: string; status: string; seats: number[] },
    );
    expect(found.map(({ id, status }) => `${id} ${status}`).sort()).toEqual(expected.sort());
    expect(found.every(({ seats }) => seats.length === 1)).toBe(true);
    expect(swept.published).toBe(expected.length);
    expect(swept.compared).toBeGreaterThanOrEqual(expected.length);
    await shop.close();
  },
);
