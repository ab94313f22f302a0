import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../runtime/until.ts';
import { startBalancer } from './balancer.ts';
import { client, expectRefused, INNER, PUBLIC } from './client.ts';
import { ask, freshAddress } from './edge.ts';
import { type Origin, startOrigin } from './origin.ts';

const STATS = 8404;
/** Instead of the configurations' own figures, so that few requests show what many would do. */
const MOST = { requests: 20, writes: 5, connections: 8 };
const WINDOW_MS = 2000;

const stops: (() => Promise<unknown>)[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const stop of stops.splice(0).reverse()) await stop();
});

const app: Origin['answer'] = (req, res) => {
  if (req.url?.endsWith('/events'))
    res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': open\n\n');
  else res.writeHead(200, { 'Cache-Control': 'private, no-store' }).end('[]');
};

const smaller = (text: string): string => {
  const small = text
    .replaceAll(/(sc_conn_cur\(0\) gt) \d+/g, `$1 ${MOST.connections}`)
    .replaceAll('gpc_rate(2,10s)', `gpc_rate(2,${WINDOW_MS}ms)`)
    .replaceAll('timeout tarpit 1s', 'timeout tarpit 100ms');
  for (const figure of [`gt ${MOST.connections} }`, `${WINDOW_MS}ms`, '100ms'])
    expect(small).toContain(figure);
  return small;
};

if (process.platform !== 'linux') {
  it.skip('limits of each client (other systems have one loopback address)');
} else {
  describe.each([
    ['3-load-balancer/haproxy.cfg', (at: string) => ({ '"${APP}-1:8080"': at })],
    ['8-queue/haproxy.cfg', (at: string) => ({ '"${SHOWS}-1:8080"': at, '"${RESERVATIONS}-1:8080"': at })],
    ['7-multi-region/router.cfg', (at: string) => ({ 'edge-us:8080': at, 'edge-eu:8080': at })],
  ])('the public port of %s', (file, names) => {
    const start = async () => {
      const origin = await startOrigin(freshAddress());
      stops.push(origin.stop);
      origin.answer = app;
      const { address, stop } = await startBalancer(file, names(origin.at), smaller, {
        CLIENT_REQUESTS: String(MOST.requests),
        CLIENT_WRITES: String(MOST.writes),
      });
      stops.push(stop);
      const from = () => {
        const one = client(address, freshAddress());
        stops.push(async () => one.stop());
        return one;
      };
      return { address, from };
    };

    it('refuses one address beyond its limit with 429, answers another one, and answers the first again after the window', async () => {
      const { address, from } = await start();
      const [greedy, other] = [from(), from()];
      const statuses = await greedy.send(2 * MOST.requests);
      expect(statuses[200]).toBeLessThanOrEqual(MOST.requests);
      expect(statuses[200]).toBeGreaterThan(MOST.requests / 2);
      expectRefused(await greedy.one(), 'too-many-requests');
      expect((await other.one()).status).toBe(200);
      // Its own word on whom it asks for makes it no other client.
      expect((await greedy.one({ headers: { 'X-Forwarded-For': '192.0.2.1' } })).status).toBe(429);
      expect(await greedy.send(2 * MOST.requests, { port: INNER })).toEqual({ 200: 2 * MOST.requests });
      await until('the limit has ended', async () => (await greedy.one()).status === 200, 2 * WINDOW_MS);
      const metrics = (await ask(address, STATS, '/metrics')).body;
      const denied = /^haproxy_frontend_requests_denied_total\{proxy="site"\} (\d+)$/m.exec(metrics)?.[1];
      expect(Number(denied)).toBeGreaterThanOrEqual(statuses[429] ?? 0);
    }, 30_000);

    it('refuses writes beyond their own limit, and answers reads of the same client', async () => {
      const { from } = await start();
      const buyer = from();
      for (const method of ['POST', 'DELETE']) {
        const statuses = await buyer.send(2 * MOST.writes, { method });
        expect(statuses[200] ?? 0).toBeLessThanOrEqual(MOST.writes);
      }
      expectRefused(await buyer.one({ method: 'POST' }), 'too-many-writes');
      expect((await buyer.one()).status).toBe(200);
      const inner = await buyer.send(2 * MOST.writes, { port: INNER, method: 'POST' });
      expect(inner).toEqual({ 200: 2 * MOST.writes });
    }, 30_000);

    it('counts an event stream once, however long it is open, and leaves it open when its client meets the limit', async () => {
      const { from } = await start();
      const watcher = from();
      const streams = [await watcher.watch(), await watcher.watch(), await watcher.watch()];
      expect(streams.map(({ status }) => status)).toEqual(['200', '200', '200']);
      await sleep(2 * WINDOW_MS);
      const statuses = await watcher.send(2 * MOST.requests);
      expect(statuses[200]).toBeGreaterThan(MOST.requests - 4);
      expectRefused(await watcher.one(), 'too-many-requests');
      for (const { socket } of streams) expect(socket.closed).toBe(false);
    }, 30_000);

    it('closes the connections of one address beyond its limit, and accepts those of another one', async () => {
      const { address, from } = await start();
      const localAddress = freshAddress();
      const opened = Array.from({ length: 2 * MOST.connections }, () => {
        const socket = connect({ host: address, port: PUBLIC, localAddress });
        sockets.push(socket.on('error', () => undefined));
        return socket.resume();
      });
      await until(
        'half of them are closed',
        async () => opened.filter((socket) => socket.closed).length === MOST.connections,
        5000,
      );
      expect((await from().one()).status).toBe(200);
    }, 30_000);
  });
}
