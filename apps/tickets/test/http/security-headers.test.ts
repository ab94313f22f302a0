import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Reservation } from '../../src/index.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { bearer, buyer, openShop, post, type TestShop } from '../shop.ts';

let server: TestPostgres;
let shop: TestShop;
let folder: string;
let bought: Reservation;
beforeAll(async () => {
  server = await startPostgres();
  folder = await mkdtemp(join(tmpdir(), 'site-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  await writeFile(join(folder, 'assets/main-1a2b.js'), '');
  shop = await openShop(await server.database('shop'), { publicDir: folder });
  bought = (await (await post(shop.url, { showId: 1, seats: [1], ...buyer })).json()) as Reservation;
});
afterAll(async () => {
  await shop.close();
  await server.stop();
  await rm(folder, { recursive: true });
});

it.each([
  ['a list', '/shows'],
  ['the seats', '/shows/1/seats'],
  ['a reservation', 'reservation'],
  ['a ticket', 'ticket'],
  ['a refusal', '/reservations/00000000-0000-4000-8000-000000000000'],
  ['what is not there', '/nothing'],
  ['the document', '/openapi.json'],
])(
  'forbids browsers to take %s for a page or for another type, and to show it in a frame',
  async (_, path) => {
    const own = `/reservations/${bought.id}${path === 'ticket' ? '/ticket.pdf' : ''}`;
    const { headers } = await fetch(`${shop.url}${path.startsWith('/') ? path : own}`, {
      headers: bearer(bought.token),
    });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  },
);

it('lets a page load only what the shop has, and sends other sites no referrer', async () => {
  const { headers } = await fetch(`${shop.url}/`);
  expect(headers.get('content-security-policy')).toMatch(
    /^default-src 'self';.* object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
  );
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(headers.get('permissions-policy')).toContain('camera=()');
});

it('lets no other site load the shop’s scripts', async () => {
  const { headers } = await fetch(`${shop.url}/assets/main-1a2b.js`);
  expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});
