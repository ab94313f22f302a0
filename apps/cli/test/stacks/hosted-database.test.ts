// Watches promise P12.
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startPostgres, type TestPostgres } from '../../../tickets/test/postgres/index.ts';
import { runStage } from '../main/run-stage.ts';
import { eventually, leftovers, supervisorOf } from './leftovers.ts';

let hosted: TestPostgres;
beforeAll(async () => {
  // As for a learner: the command itself sees that the boxes must reach the database.
  vi.stubEnv('SCALING_SHARED_NETWORK', '');
  hosted = await startPostgres();
}, 60_000);
afterAll(async () => {
  await runStage(['2', 'down', '--runtime', 'native']);
  await hosted.stop();
  expect(leftovers(2, 0)).toEqual([]);
}, 60_000);

const up = (url: string) => runStage(['2', 'up', '--runtime', 'native', '--json', '--database-url', url]);

it('an empty database gets the shop’s tables and seats, and keeps what was sold', async () => {
  const url = await hosted.database('shop');
  const said = await up(url);
  expect(said.stderr).not.toContain('defect');
  expect(said.stderr).toContain("The stack shares this machine's network");
  const { boxes, site } = JSON.parse(said.stdout) as { boxes: { name: string }[]; site: string };
  expect(boxes.map((box) => box.name)).toEqual(['app', 'mail']);
  const bought = await fetch(`${site}/reservations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'hosted-database-1' },
    body: JSON.stringify({ showId: 1, seats: [7], name: 'Ada', email: 'ada@example.org' }),
  });
  expect(bought.status).toBe(201);
  const { id, token } = (await bought.json()) as { id: string; token: string };
  await runStage(['2', 'down', '--runtime', 'native']);
  expect(await hosted.ask('select count(*)::int as sold from reservations', 'shop')).toEqual([{ sold: 1 }]);

  const { site: again } = JSON.parse((await up(url)).stdout) as { site: string };
  const headers = { authorization: `Bearer ${token}` };
  const found = await fetch(`${again}/reservations/${id}`, { headers });
  expect(found.status).toBe(200);
  await runStage(['2', 'down', '--runtime', 'native']);
}, 120_000);

it('somebody else’s database is left alone', async () => {
  const url = await hosted.database('other');
  await hosted.ask('create table customers (id int)', 'other');
  const said = await up(url);
  expect(said).toMatchObject({ code: 2, stdout: '' });
  expect(said.stderr).toContain("holds tables that are not the shop's: customers");
  expect(await hosted.ask(`select from pg_class where relname = 'shows'`, 'other')).toHaveLength(0);
  expect(leftovers(2, 0)).toEqual([]);
});

it.each([
  ['nobody listens', 'postgres://tickets:tickets@127.0.0.1:1/shop', 'ECONNREFUSED'],
  ['the password is wrong', '', 'password authentication failed'],
  ['it is no Postgres', 'mysql://db/shop', '--database-url takes postgres://'],
])('%s: refused before anything starts', async (what, url, message) => {
  const wrong =
    what === 'the password is wrong' ? hosted.url().replace('tickets:tickets', 'tickets:guess') : url;
  const said = await up(wrong);
  expect(said.code).toBe(2);
  expect(said.stderr).toContain(message);
  expect(said.stderr).not.toContain('guess');
  expect(leftovers(2, 0)).toEqual([]);
});

it('a start that fails keeps the data that it found, of a stack whose supervisor was killed', async () => {
  const site = 'http://localhost:8002';
  const order = { showId: 2, seats: [7], name: 'Ada', email: 'ada@example.org', ticket: 'box-office' };
  const buy = async () => {
    const answer = await fetch(`${site}/reservations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'found-database-1' },
      body: JSON.stringify(order),
    });
    return (await answer.json()) as { id: string };
  };
  const start = () => runStage(['2', 'up', '--runtime', 'native']);
  await start();
  const { id } = await buy();
  process.kill(supervisorOf(2, 0) ?? 0, 'SIGKILL');
  await eventually('its boxes have ended', () => supervisorOf(2, 0) === undefined);
  const other = createServer();
  await vi.waitFor(async () => {
    await new Promise<void>((resolve, reject) => {
      other.once('error', reject);
      other.listen(8002, '127.0.0.1', resolve);
    });
  });
  expect((await start()).code).toBe(2);
  other.close();
  expect((await start()).code).toBe(0);
  expect((await buy()).id).toBe(id);
  await runStage(['2', 'down', '--runtime', 'native']);
}, 120_000);
