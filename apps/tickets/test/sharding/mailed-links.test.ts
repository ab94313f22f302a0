// Watches promise P11.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gather, type Reservation } from '../../src/index.ts';
import { linkToken } from '../../src/links/link-token.ts';
import { stackSecret } from '../../src/links/stack-secret.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { bearer, openShop, post, type TestShop } from '../shop.ts';
import { makeDatabases, type OpenedShards, openShards } from './open-shards.ts';

let server: TestPostgres;
let spread: OpenedShards;
let shop: TestShop;
let secret: string;
/** The secret of another stack. */
let otherSecret: string;
beforeAll(async () => {
  server = await startPostgres();
  await makeDatabases(server, 'spread', 2);
  await makeDatabases(server, 'other', 1);
  await server.database('unused');
  spread = await openShards(server, 'spread');
  const other = await openShards(server, 'other', { shards: 1 });
  const secretOf = ({ catalogue }: OpenedShards) =>
    stackSecret((statement, values) => catalogue.text(statement, values))();
  [secret, otherSecret] = (await Promise.all([spread, other].map(secretOf))) as [string, string];
  await other.close();
  shop = await openShop(server.url('unused'), {}, () => ({
    ...spread.store,
    overview: gather(spread.shards),
  }));
}, 60_000);
afterAll(async () => {
  await shop.close();
  await spread.close();
  await server.stop();
});

const ask = (email: unknown) =>
  fetch(`${shop.url}/reservations/link`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email }),
  });
const list = (token?: string) =>
  fetch(`${shop.url}/reservations`, token === undefined ? {} : { headers: bearer(token) });
let seat = 0;
async function buy(email: string, showId = 1): Promise<Reservation> {
  seat += 1;
  const order = { showId, seats: [seat], name: 'Ada', email, ticket: 'box-office' };
  return (await (await post(shop.url, order)).json()) as Reservation;
}

/** What the workers will mail: the events of links, from all shards. */
async function mailed(email: string): Promise<unknown[]> {
  const events: { email?: string; kind?: string }[] = [];
  for (const name of ['spread_1', 'spread_2'])
    for (const { event } of await server.ask<{ event: string }>('select event from outbox', name))
      events.push(JSON.parse(event));
  return events.filter((event) => event.kind === 'link' && event.email === email);
}

async function said(answer: Response): Promise<unknown[]> {
  const headers = [...answer.headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  return [answer.status, headers, await answer.text()];
}

it('answers alike whether or not the address has reservations, and mails the link to that address', async () => {
  await buy('known@example.com');
  expect(await said(await ask('known@example.com'))).toEqual(await said(await ask('unknown@example.com')));
  for (const email of ['known@example.com', 'unknown@example.com'])
    expect(await mailed(email)).toEqual([{ kind: 'link', id: expect.any(String), email }]);
});

it('mails an address three links, and then says when it may have another: 429', async () => {
  const email = `${randomUUID()}@example.com`;
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask(email)));
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 202, 429, 429]);
  // The same mail box for all mail servers in use.
  const refused = await ask(email.toUpperCase());
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(880);
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(900);
  expect(await mailed(email)).toHaveLength(3);
  expect((await ask(`${randomUUID()}@example.com`)).status).toBe(202);
  const metrics = await (await fetch(`${shop.url}/metrics`)).text();
  expect(metrics).toContain('tickets_mailed_links_total{outcome="limited"} 3');
  expect(metrics).not.toContain('@example.com');
});

it('keeps only a hash of an address that had a link, and forgets it after a quarter of an hour', async () => {
  const email = `${randomUUID()}@example.com`;
  for (let count = 0; count < 4; count += 1) await ask(email);
  for (const name of ['spread_1', 'spread_2']) {
    const rows = await server.ask('select * from link_requests', name);
    expect(JSON.stringify(rows)).not.toContain('@');
    await server.ask(`update link_requests set since = since - interval '15 minutes'`, name);
  }
  expect((await ask(email)).status).toBe(202);
});

it('shows the reservations of its address, with their management tokens, to a client that has the link', async () => {
  const email = `${randomUUID()}@example.com`;
  const [one, two] = [await buy(email, 1), await buy(email.toUpperCase(), 2)];
  await buy('eve@example.com', 1);
  const answer = await list(linkToken(email, secret));
  expect(answer.headers.get('cache-control')).toBe('private, no-store');
  const { reservations, missing } = (await answer.json()) as { reservations: Reservation[]; missing: [] };
  expect(reservations).toEqual([two, one]);
  expect(missing).toEqual([]);
  const path = `${shop.url}/reservations/${one.id}`;
  const cancelled = await fetch(path, { method: 'DELETE', headers: bearer(reservations[1]?.token ?? '') });
  expect(cancelled.status).toBe(200);
});

it.each([
  ['no token', async () => undefined],
  ['a token whose time is over', async () => linkToken('ada@example.com', secret, Date.now() - 900_001)],
  ['a token of another stack', async () => linkToken('ada@example.com', otherSecret)],
  ['a forged token', async () => linkToken('ada@example.com', 'a guess')],
  ['a management token', async () => (await buy('ada@example.com')).token],
])('shows nothing for %s: 401', async (_what, token) => {
  await buy('ada@example.com');
  const answer = await list(await token());
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  expect(await answer.text()).not.toContain('ada@example.com');
});

it('no longer looks up reservations by an address in the URL', async () => {
  await buy('ada@example.com');
  const answer = await fetch(`${shop.url}/reservations?email=ada@example.com`);
  expect(answer.status).toBe(401);
});

it('opens no reservation with the token of a link', async () => {
  const bought = await buy('ada@example.com');
  const headers = bearer(linkToken('ada@example.com', secret));
  const path = `${shop.url}/reservations/${bought.id}`;
  expect((await fetch(path, { headers })).status).toBe(404);
  expect((await fetch(path, { method: 'DELETE', headers })).status).toBe(404);
});

it.each([[undefined], [''], ['no address'], ['a@b.co\r\nBcc: c@d.co'], [['ada@example.com']]])(
  'mails nothing to %j: 400',
  async (email) => {
    expect((await ask(email)).status).toBe(400);
  },
);
