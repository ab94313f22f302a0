import { expect, it } from 'vitest';
import { matching } from '../src/shop/search.ts';
import type { Show } from '../src/shop/types.ts';

const show = (id: number, artist: string, city: string): Show => ({
  id,
  artist,
  city,
  slug: `show-${id}`,
  title: 'Small Fires',
  venue: 'Store Sal',
  startsAt: '2031-03-07T20:00:00+01:00',
  fromCents: 2000,
  currency: 'EUR',
  poster: '/posters/v1/x.svg',
  description: '',
});
const shows = [show(1, 'Ilka ja Metsä', 'Østerhavn'), show(2, 'Wren Hollowell', 'Ashcombe')];
const found = (text: string, city = ''): number[] => matching(shows, { text, city }).map(({ id }) => id);

it('finds every word anywhere, without regard to accents and capitals', () => {
  expect(found('METSA')).toEqual([1]);
  expect(found('osterhavn sal')).toEqual([1]);
  expect(found('fires')).toEqual([1, 2]);
  expect(found('fires piano')).toEqual([]);
});

it('keeps to the chosen city, and shows all for an empty search', () => {
  expect(found('fires', 'Ashcombe')).toEqual([2]);
  expect(found('   ')).toEqual([1, 2]);
});
