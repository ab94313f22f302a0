import { describe, expect, it } from 'vitest';
import { priceBands } from '../src/shop/bands.ts';
import * as house from '../src/shop/house.ts';
import type { SeatMap } from '../src/shop/types.ts';

const map = (...sold: number[]): SeatMap => ({
  showId: 1,
  seats: Array.from({ length: 20 }, (_, index) => ({
    seat: index + 1,
    row: 'A',
    number: index + 1,
    priceCents: index < 10 ? 5000 : 3000,
    sold: sold.includes(index + 1),
  })),
});
const open = (...sold: number[]): house.House => house.withMap(house.emptyHouse(), map(...sold), 0);
const pick = (hall: house.House, ...seats: number[]): house.House => seats.reduce(house.withToggled, hall);
const state = (hall: house.House, number: number): house.SeatState | undefined => {
  const seat = hall.seats.get(number);
  return seat && house.stateOf(hall, seat);
};
const sold = (...seats: number[]) => ({ showId: 1, seats, sold: true });

describe('picking', () => {
  it('takes a free seat and gives it back', () => {
    const picked = pick(open(), 3, 11);
    expect(picked.picked).toEqual([3, 11]);
    expect(house.totalCents(picked)).toBe(8000);
    expect(pick(picked, 3).picked).toEqual([11]);
  });

  it('refuses a sold seat, an unknown seat and a ninth seat', () => {
    expect(pick(open(3), 3, 99).picked).toEqual([]);
    expect(pick(open(), 1, 2, 3, 4, 5, 6, 7, 8, 9).picked).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('stands still while a purchase is under way', () => {
    const buying = house.withBuying(pick(open(), 3), true);
    expect(pick(buying, 4, 3).picked).toEqual([3]);
  });
});

describe('news', () => {
  it('of a picked seat takes it away and says so', () => {
    const hall = house.withChange(pick(open(), 3, 4), sold(3), 0);
    expect(hall.picked).toEqual([4]);
    expect(hall.lost).toEqual([3]);
    expect(state(hall, 3)).toBe('sold');
  });

  it('of a freed seat makes it free again', () => {
    expect(state(house.withChange(open(3), { ...sold(3), sold: false }, 0), 3)).toBe('free');
  });

  it('of one’s own purchase under way is no loss', () => {
    const hall = house.withChange(house.withBuying(pick(open(), 3), true), sold(3), 0);
    expect(hall.lost).toEqual([]);
    expect(hall.picked).toEqual([3]);
  });

  it('stands above a map that was read just before it, and not above a later one', () => {
    const told = house.withChange(open(), sold(3), 1_000);
    expect(state(house.withMap(told, map(), 1_100), 3)).toBe('sold');
    expect(state(house.withMap(told, map(), 60_000), 3)).toBe('free');
  });
});

describe('an answer of “taken”', () => {
  it('marks those seats sold, drops them and keeps the others', () => {
    const buying = house.withBuying(pick(open(), 3, 4), true);
    const hall = house.withTaken(buying, [3], 1, 0);
    expect(hall).toMatchObject({ picked: [4], lost: [3], buying: false });
    expect(state(hall, 3)).toBe('sold');
  });
});

it('shows seats bought in this browser as one’s own while they are sold', () => {
  const hall = house.withMap(house.emptyHouse([3, 4]), map(3), 0);
  expect([state(hall, 3), state(hall, 4), state(hall, 5)]).toEqual(['mine', 'free', 'free']);
});

it('orders price bands from the dearest', () => {
  expect(priceBands(map().seats)).toEqual([5000, 3000]);
});
