import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/seed/index.ts';

const season = catalogue({ seed: 1, shows: 40 });
const sha256 = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

describe('the catalogue', () => {
  it('gives the same bytes for the same seed, for ever', () => {
    expect(sha256(season)).toBe('030dd40c6bb73062774ffc3128a6ae10daddfc22d0f0fd087868969076c1c585');
  });

  it('gives another season for another seed', () => {
    expect(sha256(catalogue({ seed: 2, shows: 40 }))).not.toBe(sha256(season));
  });

  it('begins a longer season with the shorter one', () => {
    expect(catalogue({ seed: 1, shows: 400 }).slice(0, 40)).toEqual(season);
  });

  it('numbers shows from 1, in the order of their local dates', () => {
    const days = season.map((show) => show.startsAt.slice(0, 10));
    expect(season.map((show) => show.id)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    expect(days).toEqual(days.toSorted());
  });

  it('has unique slugs, fit for a path, in 400 shows', () => {
    const slugs = catalogue({ seed: 1, shows: 400 }).map((show) => show.slug);
    expect(new Set(slugs).size).toBe(400);
    for (const slug of slugs) expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it('has 40 different acts with 40 different posters in the first 40 shows', () => {
    expect(new Set(season.map((show) => show.poster)).size).toBe(40);
    for (const { poster } of season) expect(poster).toMatch(/^\/posters\/v1\/[a-z0-9-]+\.svg$/);
  });

  it('starts at a moment with an offset', () => {
    for (const { startsAt } of season) {
      expect(startsAt).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:00[+-]\d\d:00$/);
      expect(Number.isNaN(Date.parse(startsAt))).toBe(false);
    }
  });
});

describe('the hall', () => {
  const { seats } = season[0] ?? { seats: [] };

  it('has 500 seats: 20 rows of 25, numbered from the stage', () => {
    expect(seats.map((seat) => seat.seat)).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
    expect(seats[0]).toMatchObject({ row: 'A', number: 1 });
    expect(seats[26]).toMatchObject({ seat: 27, row: 'B', number: 2 });
    expect(seats[499]).toMatchObject({ row: 'T', number: 25 });
  });

  it('has four price bands, dearest in the middle of the front', () => {
    const prices = [...new Set(seats.map((seat) => seat.priceCents))].toSorted((a, b) => b - a);
    expect(prices).toHaveLength(4);
    expect(seats[12]?.priceCents).toBe(prices[0]);
    expect(seats[0]?.priceCents).toBe(prices[1]);
    expect(seats[499]?.priceCents).toBe(prices[3]);
  });
});
