// Watches promises P3 and P9.
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../runtime/until.ts';
import { startBalancer } from './balancer.ts';
import { type Answer, ask, freshAddress, startEdge } from './edge.ts';
import { type Origin, startOrigin } from './origin.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const METHODS = ['GET', 'POST', 'DELETE'] as const;
type Method = (typeof METHODS)[number];

async function startFailing(): Promise<Origin> {
  const origin = await startOrigin(freshAddress());
  stops.push(origin.stop);
  origin.answer = (_req, res) => void res.end('[]');
  return origin;
}

/** Of a request that was passed on and not answered: a write may have been done, a read is harmless. */
function expectNoAnswer(method: Method, { status, headers, body }: Answer, expected: number): void {
  const kind = method === 'GET' ? 'unavailable' : 'outcome-unknown';
  expect([method, status, headers['content-type'], JSON.parse(body)]).toMatchObject([
    method,
    expected,
    'application/problem+json',
    { type: `urn:tickets:problem:${kind}`, status: expected, detail: expect.stringContaining('again') },
  ]);
  expect(headers['cache-control']).toBe('no-store');
}

if (process.platform !== 'linux') {
  it.skip('what the entries answer by themselves (boxes have addresses of their own on Linux only)');
} else {
  describe.each([
    ['3-load-balancer/haproxy.cfg', (at: string) => ({ '"${APP}-1:8080"': at })],
    ['8-queue/haproxy.cfg', (at: string) => ({ '"${SHOWS}-1:8080"': at, '"${RESERVATIONS}-1:8080"': at })],
    ['7-multi-region/router.cfg', (at: string) => ({ 'edge-us:8080': at, 'edge-eu:8080': at })],
  ])('without an answer, %s', (file, names) => {
    it('says that the outcome of a write is unknown, and that nothing was done where it passed nothing on', async () => {
      const origin = await startFailing();
      const { address, stop } = await startBalancer(file, names(origin.at), (text) =>
        text.replace(/timeout server \d+s/, 'timeout server 300ms').replaceAll('observe layer4', ''),
      );
      stops.push(stop);
      const send = (method: Method) => ask(address, 8080, '/reservations/1', {}, method);
      const isWell: Origin['answer'] = (_req, res) => void res.end('[]');
      const onlyProbes = (answer: Origin['answer']): Origin['answer'] => {
        return (req, res) => (req.url === '/readyz' ? isWell : answer)(req, res);
      };
      origin.answer = onlyProbes((req) => void req.socket.destroy());
      for (const method of METHODS) expectNoAnswer(method, await send(method), 502);
      origin.answer = onlyProbes(() => undefined);
      for (const method of METHODS) expectNoAnswer(method, await send(method), 504);
      await origin.stop();
      await until('no server is left', async () => (await send('POST')).status === 503, 10_000);
      for (const method of METHODS) {
        const { status, body } = await send(method);
        expect(status).toBe(503);
        expect(JSON.parse(body)).toMatchObject({ detail: expect.stringContaining('nothing was done') });
      }
      stops.splice(stops.indexOf(origin.stop), 1);
    }, 30_000);
  });

  it('an edge says that the outcome of a write is unknown when the shop gives no answer', async () => {
    const origin = await startFailing();
    const neighbour = `${freshAddress()}:8081`;
    const edge = await startEdge({ name: 'edge-us', origin: origin.at, neighbour });
    stops.push(edge.stop);
    origin.answer = (req) => void req.socket.destroy();
    for (const method of METHODS) expectNoAnswer(method, await edge.get('/reservations/1', {}, method), 502);
  }, 30_000);
}
