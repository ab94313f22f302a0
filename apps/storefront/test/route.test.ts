import { expect, it } from 'vitest';
import { routeOf } from '../src/page/route.ts';

const id = '366eb5ac-1c2d-48f0-8981-6ad18c0572db';
const token = '0123456789abcdef0123456789abcdef';

it.each([
  ['', { page: 'shows' }],
  ['#/', { page: 'shows' }],
  ['#/shows', { page: 'shows' }],
  ['#/shows/3', { page: 'show', id: 3 }],
  ['#/tickets', { page: 'tickets' }],
  [`#/reservations/${id}`, { page: 'reservation', id }],
  [`#/reservations/${id}/${token}`, { page: 'reservation', id, token }],
  [`#/reservations/${id}/${token}/more`, { page: 'nowhere' }],
  [`#/reservations/${id}/short`, { page: 'nowhere' }],
  ['#/my', { page: 'my' }],
  ['#/my/eyJ-_1.aB-_2', { page: 'my', token: 'eyJ-_1.aB-_2' }],
  ['#/my/one.two.three', { page: 'nowhere' }],
  ['#/shows/0', { page: 'nowhere' }],
  ['#/shows/three', { page: 'nowhere' }],
  ['#/shows/3/seats', { page: 'nowhere' }],
  ['#/reservations/../shows', { page: 'nowhere' }],
  ['#/reservations/%2e%2e', { page: 'nowhere' }],
])('%j leads to %j', (hash, route) => {
  expect(routeOf(hash)).toEqual(route);
});
