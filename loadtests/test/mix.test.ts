import { describe, expect, it } from 'vitest';
import { mix, spread } from '../lib/mix.ts';
import { SEATS_PER_SHOW, seatsOf } from '../lib/seats.ts';

const turnAt = mix([
  [35, 'list'],
  [40, 'show'],
  [15, 'seats'],
  [10, 'reserve'],
]);

function steps(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => turnAt(from + index).step);
}

describe('a mix of steps', () => {
  it('holds exactly its weights in any hundred iterations in a row', () => {
    for (const from of [0, 37, 250]) {
      const seen = steps(from, 100);
      const count = (name: string) => seen.filter((step) => step === name).length;
      expect([count('list'), count('show'), count('seats'), count('reserve')]).toEqual([35, 40, 15, 10]);
    }
  });

  it('spreads a rare step evenly: one purchase in any ten iterations, give or take one', () => {
    for (let from = 0; from < 100; from += 10) {
      const purchases = steps(from, 10).filter((step) => step === 'reserve').length;
      expect(purchases).toBeGreaterThanOrEqual(0);
      expect(purchases).toBeLessThanOrEqual(2);
    }
  });

  it('numbers the purchases 0, 1, 2 … without a gap', () => {
    const ordinals = Array.from({ length: 500 }, (_, iteration) => turnAt(iteration))
      .filter((turn) => turn.step === 'reserve')
      .map((turn) => turn.ordinal);
    expect(ordinals).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  it('visits every show about equally often', () => {
    const visits = new Array<number>(40).fill(0);
    for (let iteration = 0; iteration < 4000; iteration++) {
      const show = spread(iteration, 40);
      visits[show] = (visits[show] ?? 0) + 1;
    }
    expect(Math.min(...visits)).toBeGreaterThan(90);
    expect(Math.max(...visits)).toBeLessThan(110);
  });
});

describe('the seats of a purchase', () => {
  it('are never asked for twice, over all shows and across runs', () => {
    const taken = new Set<string>();
    const wanted = (purchase: number, offset: number) => {
      const { show, seats } = seatsOf(purchase, offset, 40);
      for (const seat of seats) {
        expect(seat).toBeLessThanOrEqual(SEATS_PER_SHOW);
        expect(taken.has(`${show}/${seat}`)).toBe(false);
        taken.add(`${show}/${seat}`);
      }
    };
    for (let purchase = 0; purchase < 1000; purchase++) wanted(purchase, 0);
    for (let purchase = 0; purchase < 1000; purchase++) wanted(purchase, 2000);
    expect(taken.size).toBe(4000);
  });

  it('end where the shop is sold out', () => {
    expect(seatsOf(0, 40 * SEATS_PER_SHOW - 2, 40).seats).toEqual([499, 500]);
    expect(() => seatsOf(1, 40 * SEATS_PER_SHOW - 2, 40)).toThrow('seats ran out');
  });
});
