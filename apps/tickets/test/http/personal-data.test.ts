import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Reservation } from '../../src/index.ts';
import { withoutAddresses } from '../../src/log.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { runStage } from '../serve/programs.ts';
import { bearer, post } from '../shop.ts';
import { startRefusingServer } from './refusing-mail-server.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

it('writes nothing of a buyer, no token and no key to the log or the metrics, also when a mail is refused', async () => {
  const refusing = await startRefusingServer();
  const app = await runStage('2-split-database', {
    DATABASE_URL: await server.database('personal'),
    SMTP_URL: refusing.url,
    LOG_LEVEL: 'trace',
  });
  const key = randomUUID();
  const buyer = { name: 'Wilhelmina Quartz', email: 'wilhelmina.quartz@example.com' };
  const sold = await post(app.url, { showId: 1, seats: [1], ...buyer }, { 'idempotency-key': key });
  const { id, token } = (await sold.json()) as Reservation;
  const path = `${app.url}/reservations/${id}`;
  await fetch(path, { headers: bearer(token) });
  await fetch(`${path}?email=${buyer.email}&token=${token}`);
  await fetch(`${path}/ticket.pdf`, { headers: bearer(token) });
  await post(app.url, { showId: 1, seats: [1], ...buyer }, { 'idempotency-key': randomUUID() });
  await post(app.url, `{"email":"${buyer.email}"`);
  await post(app.url, { showId: 1, seats: [], ...buyer });
  await fetch(path, { method: 'DELETE', headers: bearer(token) });
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  await sleep(700);
  const log = app.log();
  expect(refusing.refused()).toBeGreaterThan(0);
  expect(log).toContain('a ticket was not mailed');
  expect(log).toContain(`"path":"/reservations/${id}"`);
  for (const secret of [buyer.name, 'Wilhelmina', buyer.email, 'quartz@', token, key]) {
    expect(log).not.toContain(secret);
    expect(metrics).not.toContain(secret);
  }
  await app.stop();
  await refusing.close();
}, 40_000);

it.each([
  ['550 <ada@example.com>: unknown', '550 <(address)>: unknown'],
  ['550 "Ada" ada.l+x@mail.example.com rejected', '550 "Ada" (address) rejected'],
  ['two: ada@example.com,eve@example.co.uk', 'two: (address),(address)'],
  ['at end (/.pnpm/pg@8.16.3_x/index.ts:1:2)', 'at end (/.pnpm/pg@8.16.3_x/index.ts:1:2)'],
])('takes the addresses out of %j', (text, without) => {
  expect(withoutAddresses(text)).toBe(without);
});
