import { describe, expect, it } from 'vitest';
import { day, milliseconds, plural, price, shortDay, time } from '../src/page/format.ts';

describe('a price', () => {
  it.each([
    [4500, 'EUR', '€45'],
    [4550, 'GBP', '£45.50'],
    [123_456, 'USD', '$1,234.56'],
    [0, 'EUR', '€0'],
  ])('of %i cents in %s reads %s', (cents, currency, text) => {
    expect(price(cents, currency)).toBe(text);
  });
});

describe('a date', () => {
  it('is the one on the clock of the venue, not of the visitor', () => {
    expect(time('2031-03-07T21:00:00-08:00')).toBe('21:00');
    expect(day('2031-03-07T23:30:00-08:00')).toMatch(/^Fri,? 7 March 2031$/);
    expect(shortDay('2031-03-07T00:10:00+14:00')).toBe('7 Mar');
  });
});

it('counts in words', () => {
  expect(plural(1, 'seat')).toBe('1 seat');
  expect(plural(3, 'seat')).toBe('3 seats');
  expect(milliseconds(3.12)).toBe('3.1 ms');
  expect(milliseconds(123.4)).toBe('123 ms');
});
