// Watches promise P7. Watches promise P8.
import { randomUUID } from 'node:crypto';
import { migrate, pool } from '@scaling/tickets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Random, random } from '../../tickets/src/seed/random.ts';
import { startPostgres, type TestPostgres } from '../../tickets/test/postgres/index.ts';
import { settings } from '../../tickets/test/settings.ts';
import { inbox, NotTaken, type Sending } from '../src/inbox.ts';
import { session } from '../src/session.ts';

let server: TestPostgres;
let url: string;
beforeAll(async () => {
  server = await startPostgres();
  url = await server.database('worker');
  const writer = pool(url, settings(url));
  await migrate(writer, settings(url));
  await writer.close();
}, 60_000);
afterAll(() => server.stop());

const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1);

const RESERVATIONS = 12;

type Event = 'sale' | 'cancellation';

/** A reservation's events as a queue may bring them: in any order, each once or more often. */
function eventsOf({ integer, next, shuffle }: Random): Event[] {
  const times = (event: Event, least: number) =>
    Array.from({ length: integer(least, 3) }, (): Event => event);
  return shuffle([...times('sale', 1), ...(next() < 0.7 ? times('cancellation', 1) : [])]);
}

/** A mail server that takes, refuses, or breaks off before or after it has the mail. */
function mailServer({ next }: Random, canBeAsked: boolean) {
  let taken = 0;
  const sending: Sending = {
    async send() {
      const dice = next();
      if (dice < 0.15) throw new NotTaken(new Error('454 not now'));
      if (dice < 0.3) throw new Error('broke off before');
      taken += 1;
      if (dice < 0.65) throw new Error('broke off after');
    },
    isTaken: async () => (canBeAsked ? taken > 0 : null),
  };
  return { sending, taken: () => taken };
}

async function mailed(dice: Random, canBeAsked: boolean) {
  const inboxes = [1, 2].map(() => inbox(url, settings(url), 1));
  const [ticket, notice] = [mailServer(dice, canBeAsked), mailServer(dice, canBeAsked)];
  const id = randomUUID();
  const soldAt = new Date().toISOString();
  const events = eventsOf(dice);
  const isCancelled = events.includes('cancellation');
  // What failed is tried again, at once or after others.
  for (const open = [...events]; open.length > 0; ) {
    const at = dice.integer(0, open.length - 1);
    const worker = dice.pick([inboxes[0], inboxes[1]]);
    const attempt =
      open[at] === 'sale'
        ? worker?.ticket(id, ticket.sending)
        : worker?.cancellation({ id, soldAt }, { ticket: ticket.sending, notice: notice.sending });
    await attempt?.then(
      () => open.splice(at, 1),
      () => undefined,
    );
  }
  await Promise.all(inboxes.map((one) => one.close()));
  return { isCancelled, tickets: ticket.taken(), notices: notice.taken() };
}

describe('a reservation', () => {
  it.each(SEEDS)(
    'gets one ticket, and when it is cancelled one notice or no ticket (seed %i)',
    async (seed) => {
      const dice = random(seed);
      for (let one = 0; one < RESERVATIONS; one += 1) {
        const { isCancelled, tickets, notices } = await mailed(dice, true);
        expect(tickets).toBeLessThanOrEqual(1);
        if (!isCancelled) expect(tickets).toBe(1);
        expect(notices).toBe(isCancelled ? tickets : 0);
      }
    },
  );

  it.each(SEEDS)(
    'gets a ticket at least once from a mail server that cannot be asked (seed %i)',
    async (seed) => {
      const { isCancelled, tickets, notices } = await mailed(random(seed), false);
      if (!isCancelled) expect(tickets).toBeGreaterThanOrEqual(1);
      if (!isCancelled) expect(notices).toBe(0);
      if (isCancelled && tickets > 0) expect(notices).toBeGreaterThanOrEqual(1);
    },
  );

  it('that is cancelled before anything else gets no mail at all', async () => {
    const one = inbox(url, settings(url), 1);
    let sent = 0;
    const mail = {
      send: async () => {
        sent += 1;
      },
      isTaken: async () => sent > 0,
    };
    const id = randomUUID();
    await one.cancellation({ id, soldAt: new Date().toISOString() }, { ticket: mail, notice: mail });
    await one.ticket(id, mail);
    await one.close();
    expect(sent).toBe(0);
  });

  it('that was sold so long ago that its note is forgotten gets the notice', async () => {
    const one = inbox(url, settings(url), 1);
    let notices = 0;
    const notice = {
      send: async () => {
        notices += 1;
      },
      isTaken: async () => notices > 0,
    };
    const sold = { id: randomUUID(), soldAt: new Date(Date.now() - 31 * 24 * 3_600_000).toISOString() };
    await one.cancellation(sold, { ticket: notice, notice });
    await one.cancellation(sold, { ticket: notice, notice });
    await one.close();
    expect(notices).toBe(1);
  });

  it('is forgotten after thirty days, and not before', async () => {
    const one = inbox(url, settings(url), 1);
    await server.ask(
      `insert into mailed (reservation_id, state, begun_at) values
       (gen_random_uuid(), 'sent', now() - interval '31 days'), (gen_random_uuid(), 'sent', now() - interval '29 days')`,
      'worker',
    );
    await one.forget();
    await one.close();
    const ages = await server.ask<{ days: number }>(
      `select extract(day from now() - begun_at)::int as days from mailed where begun_at < now() - interval '1 day'`,
      'worker',
    );
    expect(ages).toEqual([{ days: 29 }]);
  });
});

describe('the figures', () => {
  it.each(SEEDS)(
    'are those of the sales that stand, whatever comes in which order, and are never below zero (seed %i)',
    async (seed) => {
      const dice = random(seed);
      const show = 1000 + seed;
      const reservations = Array.from({ length: 30 }, () => ({
        id: randomUUID(),
        showId: show,
        seats: dice.integer(1, 8),
        at: `2026-11-21T16:4${dice.integer(0, 2)}:05.916044+00:00`,
        events: eventsOf(dice),
      }));
      const messages = dice.shuffle(
        reservations.flatMap(({ events, ...one }) =>
          events.map((event) => ({ ...one, cancelled: event === 'cancellation' })),
        ),
      );
      const workers = [1, 2].map(() => session(url, settings(url)));
      const count = (worker: number, events: readonly object[]) =>
        workers[worker]?.rows({ name: 'count', text: 'select count_events($1, $2)' }, [
          seed,
          JSON.stringify(events),
        ]);
      while (messages.length > 0) {
        const batch = messages.splice(0, dice.integer(1, 12));
        // A worker that lost its partition may still be at it, and at what came before.
        const half = batch.splice(0, dice.next() < 0.5 ? batch.length / 2 : 0);
        await Promise.all([count(0, half), count(1, batch)]);
        const [least] = await server.ask<{ seats: number; reservations: number }>(
          'select min(seats) as seats, min(reservations) as reservations from sales_by_minute',
          'worker',
        );
        expect(Math.min(least?.seats ?? 0, least?.reservations ?? 0)).toBeGreaterThanOrEqual(0);
      }
      await Promise.all(workers.map((worker) => worker.drop()));
      const standing = reservations.filter(({ events }) => !events.includes('cancellation'));
      const [figures] = await server.ask<{ seats: number; reservations: number }>(
        `select coalesce(sum(seats), 0)::int as seats, coalesce(sum(reservations), 0)::int as reservations
         from sales_by_minute where show_id = ${show}`,
        'worker',
      );
      expect(figures).toEqual({
        seats: standing.reduce((sum, { seats }) => sum + seats, 0),
        reservations: standing.length,
      });
    },
  );

  it('that were forgotten are not taken out of', async () => {
    const worker = session(url, settings(url));
    const [id, at] = [randomUUID(), '2026-11-01T10:00:00Z'];
    const event = { id, showId: 2000, seats: 3, at };
    const count = (cancelled: boolean) =>
      worker.rows({ name: 'count', text: 'select count_events($1, $2)' }, [
        1,
        JSON.stringify([{ ...event, cancelled }]),
      ]);
    await count(false);
    await server.ask('delete from sales_by_minute where show_id = 2000', 'worker');
    await count(true);
    await worker.drop();
    expect(await server.ask('select 1 from sales_by_minute where show_id = 2000', 'worker')).toEqual([]);
  });
});
