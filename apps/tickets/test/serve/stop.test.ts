import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { watchSeats } from '../feed/events.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { buyer } from '../shop.ts';
import { load } from './load.ts';
import { launch, runStage } from './programs.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

it('says on SIGTERM that it is leaving, serves on until that is noticed, finishes and ends well', async () => {
  const app = await runStage('3-load-balancer', { DATABASE_URL: await server.database('stop') });
  const watching = await watchSeats(app.url, 1);
  const asking = load(app.url, '/shows/1/seats');
  const slow = await halfAPurchase(app.url);
  await sleep(300);

  const ending = app.stop();
  await sleep(50);
  expect((await fetch(`${app.url}/readyz`)).status).toBe(503);
  const late = await fetch(`${app.url}/shows`);
  expect([late.status, late.headers.get('connection')]).toEqual([200, 'close']);
  // By then a load balancer that asks every 500 ms has noticed.
  await sleep(800);
  const { answers, failures } = await asking.stop();
  expect(failures).toEqual([]);
  expect(answers).toBeGreaterThan(20);

  await sleep(500);
  expect(await slow.finish()).toMatch(/^HTTP\/1\.1 201 /);
  const { code, ms } = await ending;
  expect(code).toBe(0);
  expect(ms).toBeLessThan(10_000);
  await watching.ended;
}, 40_000);

it('ends at once when told to while it still waits for its database', async () => {
  const app = await launch('2-split-database', {
    DATABASE_URL: 'postgres://tickets:tickets@127.0.0.1:1/none',
  });
  await vi.waitFor(() => expect(app.log()).toContain('the database is not there yet'), { timeout: 10_000 });
  const { code, ms } = await app.stop();
  expect(code).toBe(0);
  expect(ms).toBeLessThan(1000);
}, 40_000);

/** Sends the first half of a purchase; `finish` sends the rest and resolves with the answer. */
async function halfAPurchase(url: string) {
  const body = JSON.stringify({ showId: 1, seats: [99], ...buyer });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST /reservations HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nIdempotency-Key: slow-but-unguessable\r\n' +
      `Content-Length: ${body.length}\r\n\r\n${body.slice(0, 20)}`,
  );
  return {
    async finish(): Promise<string> {
      socket.write(body.slice(20));
      const [answer] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      return answer.toString();
    },
  };
}
