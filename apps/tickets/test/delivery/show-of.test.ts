import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SHOW_KNOWN_MS, ShowGone, showOf } from '../../src/delivery/show-of.ts';
import type { JsonText, Reservation, Shows } from '../../src/index.ts';

const reservation = { showId: 1 } as Reservation;
let questions = 0;
let answer: () => string | null;
let shows: Shows;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  questions = 0;
  answer = () => JSON.stringify({ id: 1, startsAt: '2031-03-06T19:30:00+01:00' });
  shows = {
    list: async () => '[]' as JsonText,
    find: async () => {
      questions += 1;
      return answer() as JsonText | null;
    },
  };
});
afterEach(() => {
  vi.useRealTimers();
});

const starts = async () => (await showOf(reservation, shows)).startsAt;

it('asks for a show once, however many tickets are drawn', async () => {
  await Promise.all([starts(), starts()]);
  questions = 0;
  vi.advanceTimersByTime(SHOW_KNOWN_MS - 1);
  await starts();
  expect(questions).toBe(0);
});

it('prints a date that was changed, once the known one is a minute old', async () => {
  await starts();
  answer = () => JSON.stringify({ id: 1, startsAt: '2031-03-07T20:00:00+01:00' });
  vi.advanceTimersByTime(SHOW_KNOWN_MS);
  expect(await starts()).toBe('2031-03-07T20:00:00+01:00');
});

it('serves what it knows while the catalogue is away, and asks again', async () => {
  await starts();
  vi.advanceTimersByTime(SHOW_KNOWN_MS);
  answer = () => {
    throw new Error('away');
  };
  expect(await starts()).toBe('2031-03-06T19:30:00+01:00');
  await starts();
  expect(questions).toBe(3);
});

it('knows a show that is gone no longer than a minute', async () => {
  await starts();
  answer = () => null;
  vi.advanceTimersByTime(SHOW_KNOWN_MS);
  await expect(starts()).rejects.toThrow(ShowGone);
});
