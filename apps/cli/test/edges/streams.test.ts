import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../runtime/until.ts';
import { startBalancer } from './balancer.ts';
import { type Answer, ask, freshAddress, startEdge } from './edge.ts';
import { type Origin, startOrigin } from './origin.ts';

/** What the edge's template says: two connections each are counted against all that it may have. */
const MOST_AT_EDGE = 1200;
/** Instead of the configurations' own figures, so that few streams show what many would do. */
const MOST = { streams: 12, requests: 2 };

/** Streams that the shop behind a load balancer or an edge holds open. */
const watching = new Set<unknown>();

const app: Origin['answer'] = (req, res) => {
  if (req.url?.endsWith('/events')) {
    watching.add(res);
    res.on('close', () => watching.delete(res));
    res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': open\n\n');
  } else res.writeHead(200, { 'Cache-Control': 'private, no-store' }).end('[]');
};

const sockets: Socket[] = [];
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.resetAndDestroy();
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Opens a stream and resolves with the first bytes of its answer. */
async function openStream(host: string, port = 8080): Promise<string> {
  const socket = connect({ port, host, allowHalfOpen: true });
  sockets.push(socket);
  socket.on('error', () => undefined);
  socket.write('GET /shows/1/events HTTP/1.1\r\nHost: shop\r\n\r\n');
  const [data] = (await once(socket, 'data')) as [Buffer];
  return data.toString('latin1');
}

async function openMany(count: number, host: string, port?: number): Promise<string[]> {
  const answers: string[] = [];
  for (let opened = 0; opened < count; opened += 50) {
    const some = Array.from({ length: Math.min(50, count - opened) }, () => openStream(host, port));
    answers.push(...(await Promise.all(some)));
  }
  return answers;
}

const isOpen = (answer: string) => answer.startsWith('HTTP/1.1 200');

function expectRefusedAtOnce({ status, headers, body, ms }: Answer): void {
  expect([status, JSON.parse(body)]).toMatchObject([503, { type: 'urn:tickets:problem:too-many-streams' }]);
  expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(5);
  expect(headers['cache-control']).toBe('no-store');
  expect(ms).toBeLessThan(1000);
}

if (process.platform !== 'linux') {
  it.skip('event streams at the entries (boxes have addresses of their own on Linux only)');
} else {
  describe.each([
    ['3-load-balancer/haproxy.cfg', (at: string) => ({ '"${APP}-1:8080"': at })],
    ['8-queue/haproxy.cfg', (at: string) => ({ '"${SHOWS}-1:8080"': at, '"${RESERVATIONS}-1:8080"': at })],
    ['7-multi-region/router.cfg', (at: string) => ({ 'edge-us:8080': at, 'edge-eu:8080': at })],
  ])('event streams through %s', (file, names) => {
    it('have room of their own, are refused at once beyond it, leave a buyer’s request as fast as it was, and end when their clients leave', async () => {
      const origin = await startOrigin(freshAddress());
      stops.push(origin.stop);
      origin.answer = app;
      const { address, stop } = await startBalancer(file, names(origin.at), (text) =>
        text
          .replaceAll(/(be_conn\(\S+\) gt) \d+/g, `$1 ${MOST.streams}`)
          .replaceAll(/maxconn (256|512)/g, `maxconn ${MOST.requests}`),
      );
      stops.push(stop);
      const answers = await openMany(MOST.streams, address);
      expect(answers.filter(isOpen)).toHaveLength(MOST.streams);
      for (let more = 0; more < 5; more += 1)
        expectRefusedAtOnce(await ask(address, 8080, '/shows/1/events'));
      for (const path of ['/shows', '/shows/1/seats', '/reservations/1']) {
        const { status, ms } = await ask(address, 8080, path);
        expect([path, status]).toEqual([path, 200]);
        expect(ms).toBeLessThan(500);
      }
      // One half ends its side and waits, as behind a published port of Docker; the other half is gone.
      for (const [index, socket] of sockets.entries()) index % 2 === 0 ? socket.end() : socket.destroy();
      await until('no stream is open', async () => watching.size === 0, 2000);
    }, 30_000);
  });

  it('an edge takes 1,200 event streams, refuses more at once, and serves everything else as before', async () => {
    const origin = await startOrigin(freshAddress());
    stops.push(origin.stop);
    origin.answer = app;
    const neighbour = `${freshAddress()}:8081`;
    const edge = await startEdge({ name: 'edge-us', origin: origin.at, neighbour });
    stops.push(edge.stop);
    const answers = await openMany(MOST_AT_EDGE, edge.address);
    expect(answers.filter(isOpen)).toHaveLength(MOST_AT_EDGE);
    for (let more = 0; more < 5; more += 1) expectRefusedAtOnce(await edge.get('/shows/1/events'));
    for (const path of ['/shows', '/shows/1/seats']) {
      const { status, ms } = await edge.get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(ms).toBeLessThan(500);
    }
    for (const [index, socket] of sockets.entries()) index % 2 === 0 ? socket.end() : socket.destroy();
    await until('no stream is open', async () => watching.size === 0, 2000);
    await until('there is room again', async () => isOpen(await openStream(edge.address)), 20_000);
  }, 60_000);
}
