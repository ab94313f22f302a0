// Watches promises P7 and P8.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  JsonText,
  Reservation,
  ReservationRequest,
  ReserveOutcome,
  SeatMap,
  Show,
  Store,
} from '../../src/index.ts';

export interface Opened {
  readonly store: Store;
  /** Changes something by hand, in each database that sells. */
  readonly change: (statement: string) => Promise<unknown>;
  close(): Promise<void>;
}

/** What every composition must do, whatever it is made of. Its database holds 3 seeded shows. */
export function contract(name: string, open: () => Promise<Opened>): void {
  describe(`a store: ${name}`, () => {
    let opened: Opened;
    let seat = 0;
    /** Seats that no other case uses. */
    const free = (count: number) => Array.from({ length: count }, () => (seat += 1));
    const request = (seats: number[], other: Partial<ReservationRequest> = {}): ReservationRequest => ({
      showId: 1,
      seats,
      name: 'Ada',
      email: 'ada@example.com',
      ticket: 'mail',
      idempotencyKey: randomUUID(),
      ...other,
    });
    const reserve = (wanted: ReservationRequest) => opened.store.reservations.reserve(wanted);
    const cancel = ({ id, token }: Reservation) => opened.store.reservations.cancel(id, token);

    beforeAll(async () => {
      opened = await open();
    });
    afterAll(async () => {
      await opened.close();
    });

    it('lists all shows, soonest first', async () => {
      const shows = JSON.parse(await opened.store.shows.list()) as Show[];
      expect(shows).toHaveLength(3);
      const times = shows.map((show) => Date.parse(show.startsAt));
      expect(times).toEqual([...times].sort((one, other) => one - other));
      expect(shows[0]).toMatchObject({ id: expect.any(Number), fromCents: expect.any(Number) });
    });

    it('finds one show, and null where there is none', async () => {
      const show = JSON.parse((await opened.store.shows.find(2)) ?? '') as Show;
      expect(show.id).toBe(2);
      expect(await opened.store.shows.find(999)).toBeNull();
    });

    it('maps the 500 seats of a show, and null where there is none', async () => {
      const map = parsed(await opened.store.reservations.seatMap(1));
      expect(map.showId).toBe(1);
      expect(map.seats.map((one) => one.seat)).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
      expect(map.seats[27]).toEqual({
        seat: 28,
        row: 'B',
        number: 3,
        priceCents: expect.any(Number),
        sold: false,
      });
      expect(await opened.store.reservations.seatMap(999)).toBeNull();
    });

    it('reserves seats, and whoever has the token sees it', async () => {
      const seats = free(2);
      const outcome = await reserve(request(seats));
      const { reservation, position } = reserved(outcome);
      expect(reservation).toMatchObject({ showId: 1, seats, name: 'Ada', status: 'confirmed' });
      const map = parsed(await opened.store.reservations.seatMap(1, { after: position }));
      expect(map.seats.filter((one) => seats.includes(one.seat)).every((one) => one.sold)).toBe(true);
      const prices = map.seats.filter((one) => seats.includes(one.seat)).map((one) => one.priceCents);
      expect(reservation.totalCents).toBe(prices.reduce((sum, price) => sum + price, 0));
      expect(await opened.store.reservations.find(reservation.id, { after: position })).toEqual(reservation);
    });

    it('keeps how the buyer gets the ticket, also when it was cancelled', async () => {
      for (const ticket of ['mail', 'box-office'] as const) {
        const { reservation, position } = reserved(await reserve(request(free(1), { ticket })));
        expect(reservation.ticket).toBe(ticket);
        const found = await opened.store.reservations.find(reservation.id, { after: position });
        expect(found).toEqual(reservation);
        const cancelled = await cancel(reservation);
        expect(cancelled).toMatchObject({ reservation: { ticket } });
      }
    });

    it('sells all seats of a request or none', async () => {
      const [first = 0, second = 0] = free(2);
      await reserve(request([second]));
      expect(await reserve(request([first, second]))).toEqual({ kind: 'taken', seats: [second] });
      expect((await reserve(request([first]))).kind).toBe('reserved');
    });

    it('sells a seat once to many who want it at the same time', async () => {
      const seats = free(2);
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          reserve(request(index % 2 === 0 ? seats : [...seats].reverse())),
        ),
      );
      expect(outcomes.filter((outcome) => outcome.kind === 'reserved')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome.kind === 'taken')).toHaveLength(11);
    });

    it('answers a repeated key with the first answer', async () => {
      const wanted = request(free(1));
      const first = reserved(await reserve(wanted));
      const again = reserved(await reserve(wanted));
      expect(again.reservation).toEqual(first.reservation);
      expect([first.replayed, again.replayed]).toEqual([false, true]);

      const late = request(wanted.seats as number[]);
      const refused = await reserve(late);
      await cancel(first.reservation);
      expect(await reserve(late)).toEqual(refused);
    });

    it('makes one reservation of many simultaneous requests with one key', async () => {
      const wanted = request(free(3));
      const outcomes = (await Promise.all(Array.from({ length: 8 }, () => reserve(wanted)))).map(reserved);
      expect(new Set(outcomes.map((outcome) => outcome.reservation.id)).size).toBe(1);
      expect(outcomes.filter((outcome) => !outcome.replayed)).toHaveLength(1);
    });

    it('refuses a key that comes with another request', async () => {
      const wanted = request(free(1));
      await reserve(wanted);
      expect(await reserve({ ...wanted, seats: free(1) })).toEqual({ kind: 'key-reused' });
      expect(await reserve({ ...wanted, email: 'eve@example.com' })).toEqual({ kind: 'key-reused' });
      expect(await reserve({ ...wanted, ticket: 'box-office' })).toEqual({ kind: 'key-reused' });
    });

    it('knows no show 999 and no seat 501', async () => {
      expect(await reserve(request([1], { showId: 999 }))).toEqual({ kind: 'no-such-show' });
      expect(await reserve(request([...free(1), 501]))).toEqual({ kind: 'no-such-seat', seats: [501] });
    });

    it('frees the seats of a cancelled reservation once', async () => {
      const seats = free(2);
      const { reservation } = reserved(await reserve(request(seats)));
      const cancelled = await cancel(reservation);
      expect(cancelled).toMatchObject({
        kind: 'cancelled',
        freed: true,
        reservation: { ...reservation, status: 'cancelled' },
      });
      const next = reserved(await reserve(request(seats)));
      expect(await cancel(reservation)).toMatchObject({
        kind: 'cancelled',
        freed: false,
      });
      const map = parsed(await opened.store.reservations.seatMap(1, { after: next.position }));
      expect(map.seats[(seats[0] ?? 0) - 1]?.sold).toBe(true);
    });

    it('answers a repeated key with the reservation as it is now', async () => {
      const wanted = request(free(1));
      const { reservation } = reserved(await reserve(wanted));
      await cancel(reservation);
      expect(reserved(await reserve(wanted))).toMatchObject({
        replayed: true,
        reservation: { ...reservation, status: 'cancelled' },
      });
    });

    it('sells a show and takes its tickets back until it begins, by the clock of the database', async () => {
      const begins = (when: string) =>
        opened.change(`update seats set on_sale_until = ${when} where show_id = 3`);
      const wanted = (seats: number[]) => request(seats, { showId: 3 });
      const early = wanted([1]);
      const sold = reserved(await reserve(early));
      const returned = reserved(await reserve(wanted([2])));
      expect((await cancel(returned.reservation)).kind).toBe('cancelled');

      // It begins while many buy: whoever is sold a seat was in time, and then nobody is.
      await begins(`clock_timestamp() + interval '400 ms'`);
      const kinds: string[] = [];
      for (let seat = 10; kinds.at(-1) !== 'over' && seat < 500; seat += 1) {
        kinds.push((await reserve(wanted([seat]))).kind);
        // Otherwise a fast store sells all seats before the show begins.
        await sleep(2);
      }
      expect(kinds.filter((kind) => kind === 'reserved').length).toBeGreaterThan(0);
      expect(new Set(kinds)).toEqual(new Set(['reserved', 'over']));

      expect(await reserve(wanted([1]))).toEqual({ kind: 'over' });
      expect(await cancel(sold.reservation)).toEqual({ kind: 'over' });
      expect(await cancel(returned.reservation)).toMatchObject({ kind: 'cancelled', freed: false });
      expect(reserved(await reserve(early))).toMatchObject({ replayed: true, reservation: sold.reservation });
      expect(await reserve(wanted([501]))).toEqual({ kind: 'no-such-seat', seats: [501] });

      await begins(`'2031-03-06'`);
      expect((await cancel(sold.reservation)).kind).toBe('cancelled');
      expect((await reserve(wanted([1]))).kind).toBe('reserved');
    });

    it('owes the mail of a sale to one request at a time, until it was sent', async ({ skip }) => {
      const { mails } = opened.store;
      // Where a queue delivers, the store owes nothing.
      if (mails === undefined) return skip();
      const wanted = request(free(1));
      const { reservation, mail } = reserved(await reserve(wanted));
      expect(mail?.state).toBe('ours');
      expect(reserved(await reserve(wanted)).mail?.state).toBe('held');
      await mails.end(reservation.id, mail?.token ?? '', false);
      const claims = await Promise.all(
        Array.from({ length: 6 }, () => mails.claim(reservation.id, randomUUID())),
      );
      expect(claims.map((one) => one?.state).sort()).toEqual([...Array(5).fill('held'), 'ours']);
      const ours = claims.find((one) => one?.state === 'ours');
      await mails.end(reservation.id, ours?.token ?? '', true);
      expect(await mails.claim(reservation.id, randomUUID())).toBeNull();
      expect(reserved(await reserve(wanted)).mail).toBeUndefined();
    });

    it('owes no mail at the box office, nor for what was cancelled', async () => {
      const collected = reserved(await reserve(request(free(1), { ticket: 'box-office' })));
      expect(collected.mail).toBeUndefined();
      const wanted = request(free(1));
      const { reservation } = reserved(await reserve(wanted));
      await cancel(reservation);
      expect(reserved(await reserve(wanted)).mail).toBeUndefined();
    });

    it('gives each reservation a management token of its own, and a repeated key the same one', async () => {
      const wanted = Array.from({ length: 8 }, () => request(free(1)));
      const tokens: string[] = [];
      for (const one of wanted) {
        const { reservation, position } = reserved(await reserve(one));
        expect(reservation.token).toMatch(/^[0-9a-f]{32}$/);
        expect(reserved(await reserve(one)).reservation.token).toBe(reservation.token);
        const found = await opened.store.reservations.find(reservation.id, { after: position });
        expect(found?.token).toBe(reservation.token);
        tokens.push(reservation.token);
      }
      expect(new Set(tokens).size).toBe(tokens.length);
    });

    it('cancels nothing for another reservation’s token, or for a forged one', async () => {
      const seats = free(1);
      const { reservation } = reserved(await reserve(request(seats)));
      const other = reserved(await reserve(request(free(1)))).reservation;
      const { id, token } = reservation;
      for (const forged of [
        other.token,
        '',
        id,
        token.toUpperCase(),
        `${token} `,
        token.slice(1),
        "' or '1'='1",
      ])
        expect(await opened.store.reservations.cancel(id, forged)).toEqual({ kind: 'not-found' });
      expect(await reserve(request(seats))).toEqual({ kind: 'taken', seats });
      expect(await cancel(reservation)).toMatchObject({ kind: 'cancelled', freed: true });
      expect(await opened.store.reservations.cancel(id, other.token)).toEqual({ kind: 'not-found' });
    });

    it('knows no reservation that was never made', async () => {
      expect(await opened.store.reservations.find(randomUUID())).toBeNull();
      expect(await opened.store.reservations.cancel(randomUUID(), 'any')).toEqual({ kind: 'not-found' });
    });

    it('keeps SQL and HTML in a name as they are', async () => {
      const name = `Robert'); drop table reservations; -- <b>"x"</b> Łukasz 山`;
      const { reservation, position } = reserved(await reserve(request(free(1), { name })));
      expect((await opened.store.reservations.find(reservation.id, { after: position }))?.name).toBe(name);
    });
  });
}

export function reserved(outcome: ReserveOutcome): Extract<ReserveOutcome, { kind: 'reserved' }> {
  if (outcome.kind !== 'reserved') throw new Error(`not reserved: ${JSON.stringify(outcome)}`);
  return outcome;
}

export function parsed(text: JsonText | null): SeatMap {
  return JSON.parse(text ?? 'null') as SeatMap;
}
