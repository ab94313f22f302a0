import { afterEach, expect, it } from 'vitest';
import { until } from '../runtime/until.ts';
import { client, expectRefused, INNER } from './client.ts';
import { freshAddress, startEdge } from './edge.ts';
import { startOrigin } from './origin.ts';

/** What the edge's template says that an address may send at once. */
const MOST = { requests: 200, writes: 20 };
const MAX_SOCKETS = 50;

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start() {
  const origin = await startOrigin(freshAddress());
  stops.push(origin.stop);
  origin.answer = (req, res) => {
    if (req.url?.endsWith('/events'))
      res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': open\n\n');
    else res.writeHead(200, { 'Cache-Control': 'private, no-store' }).end('[]');
  };
  const edge = await startEdge({ name: 'edge-us', origin: origin.at, neighbour: `${freshAddress()}:8081` });
  stops.push(edge.stop);
  return () => {
    const from = client(edge.address, freshAddress(), MAX_SOCKETS);
    stops.push(async () => from.stop());
    return from;
  };
}

if (process.platform !== 'linux') {
  it.skip('limits of each client at an edge (other systems have one loopback address)');
} else {
  it('an edge refuses one address beyond its limit with 429, leaves its event streams open, and answers other addresses', async () => {
    const from = await start();
    const [greedy, other] = [from(), from()];
    const { status, socket } = await greedy.watch();
    expect(status).toBe('200');
    const statuses = await greedy.send(2 * MOST.requests);
    expect(statuses[200]).toBeGreaterThanOrEqual(MOST.requests - 1);
    expect(statuses[429]).toBeGreaterThan(0);
    expect((await other.one()).status).toBe(200);
    expect(await greedy.send(2 * MOST.requests, { port: INNER })).toEqual({ 200: 2 * MOST.requests });
    expect(socket.closed).toBe(false);
    await until('the limit has ended', async () => (await greedy.one()).status === 200, 5000);
  }, 60_000);

  it('an edge refuses writes beyond their own limit, slowly, and answers reads of the same client', async () => {
    const from = await start();
    const buyer = from();
    const before = performance.now();
    const statuses = await buyer.send(2 * MOST.writes, { method: 'POST' });
    expect(statuses[200]).toBeGreaterThanOrEqual(MOST.writes);
    expect(statuses[429]).toBeGreaterThan(0);
    expect(performance.now() - before).toBeGreaterThan(900);
    expect((await buyer.one()).status).toBe(200);
    const [, refused] = await Promise.all([
      buyer.send(MOST.writes, { method: 'DELETE' }),
      buyer.one({ method: 'POST', headers: { 'X-Forwarded-For': '192.0.2.1' } }),
    ]);
    expectRefused(refused, 'too-many-requests');
    const inner = await buyer.send(2 * MOST.writes, { port: INNER, method: 'POST' });
    expect(inner).toEqual({ 200: 2 * MOST.writes });
  }, 60_000);
}
