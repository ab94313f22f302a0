// Watches promise P3.
import { beforeEach, expect, it, vi } from 'vitest';
import { attemptFor } from '../src/shop/attempt.ts';
import { undecidedFor } from '../src/shop/kept-attempts.ts';
import { Problem } from '../src/shop/problem.ts';
import { askForMails, carryOut } from '../src/shop/purchase.ts';
import type { Bought, Order, Reservation } from '../src/shop/types.ts';

const order: Order = { showId: 1, seats: [12, 13], name: 'Ada', email: 'ada@example.org', ticket: 'mail' };
const reservation: Reservation = {
  ...order,
  id: 'r',
  token: 't',
  totalCents: 9000,
  status: 'confirmed',
  createdAt: '',
};
const unknown = new Problem(503, 'Whether the seats are yours is not known.');

/** What the browser keeps; the page's own memory is gone after each reload, and nothing here survives but this. */
let storage: Map<string, string>;
beforeEach(() => {
  storage = new Map();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => storage.get(name) ?? null,
    setItem: (name: string, value: string) => storage.set(name, value),
  });
});

/** A shop that answers `answer`, and notes the keys that it is sent. */
function shop(answer: () => Bought | Error) {
  const keys: string[] = [];
  return {
    keys,
    send: async (_order: Order, key: string): Promise<Bought> => {
      keys.push(key);
      const given = answer();
      if (given instanceof Error) throw given;
      return given;
    },
  };
}
const pause = async (): Promise<void> => undefined;
let made = 0;
const newKey = () => `key-${++made}`;
/** Buy is pressed on a page that was just loaded. */
const attempt = (wanted: Order = order) => attemptFor(wanted, undecidedFor(wanted.showId), newKey);

it.each([
  ['the shop says that it does not know', unknown],
  ['a gateway answers', new Problem(502, 'no answer came')],
  ['no answer comes', new TypeError('Failed to fetch')],
])('keeps its key over a reload when %s, so that the purchase is not made twice', async (_, error) => {
  const silent = shop(() => error);
  await expect(carryOut(attempt(), silent.send, pause)).rejects.toBe(error);
  const back = shop(() => ({ reservation, mailOwed: false }));
  expect(undecidedFor(1)?.order).toEqual(order);
  await expect(carryOut(attempt(), back.send, pause)).resolves.toEqual(reservation);
  expect(new Set([...silent.keys, ...back.keys]).size).toBe(1);
  expect(undecidedFor(1)).toBeNull();
});

it('keeps its key when the page is loaded again before any answer', async () => {
  const never = shop(() => unknown);
  void carryOut(attempt(), () => new Promise(() => never.keys.push('sent')), pause);
  const key = undecidedFor(1)?.key;
  expect(key).toBeDefined();
  expect(attempt().key).toBe(key);
});

it('takes another key once the shop has said yes or no, and for another show', async () => {
  const first = attempt();
  await expect(carryOut(first, shop(() => new Problem(409, 'taken', [12])).send, pause)).rejects.toThrow();
  expect(attempt().key).not.toBe(first.key);
  await carryOut(first, shop(() => ({ reservation, mailOwed: false })).send, pause);
  expect(attempt().key).not.toBe(first.key);
  await expect(carryOut(first, shop(() => unknown).send, pause)).rejects.toThrow();
  expect(attempt({ ...order, showId: 2 }).key).not.toBe(first.key);
});

it('forgets after a week what the shop has forgotten too', async () => {
  vi.useFakeTimers();
  await expect(carryOut(attempt(), shop(() => unknown).send, pause)).rejects.toThrow();
  vi.advanceTimersByTime(8 * 24 * 3600 * 1000);
  expect(undecidedFor(1)).toBeNull();
  vi.useRealTimers();
});

it('asks again, with the same key, for a mail that is owed, until it was sent', async () => {
  const answers = [true, true, false];
  const owing = shop(() => ({ reservation, mailOwed: answers.shift() ?? false }));
  const first = attempt();
  await carryOut(first, owing.send, pause);
  expect(undecidedFor(1)).toBeNull();
  await askForMails(owing.send, pause);
  await askForMails(owing.send, pause);
  expect(owing.keys).toEqual([first.key, first.key, first.key]);
});

it('buys without a storage, or with nonsense in it', async () => {
  storage.set('row-a:attempts', '{"a":1}');
  const well = shop(() => ({ reservation, mailOwed: false }));
  await expect(carryOut(attempt(), well.send, pause)).resolves.toEqual(reservation);
  vi.stubGlobal('localStorage', undefined);
  await expect(carryOut(attempt(), well.send, pause)).resolves.toEqual(reservation);
});
