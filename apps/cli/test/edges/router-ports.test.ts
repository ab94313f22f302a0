import { request } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { startBalancer } from './balancer.ts';
import { freshAddress } from './edge.ts';
import { startOrigin } from './origin.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const US = '127.60.0.7';
const EU = '127.61.0.7';
const TRUSTED_EDGE = '127.62.0.7';

/** The status and the region that a client from this address gets. */
function askFrom(localAddress: string, host: string, port: number, named?: string): Promise<string> {
  const headers = named === undefined ? {} : { 'X-Client-Region': named };
  return new Promise((resolve, reject) => {
    request({ host, port, path: '/shows', headers, localAddress, agent: false }, (response) => {
      response.resume();
      resolve(`${response.statusCode} ${response.headers['x-client-region'] ?? '-'}`);
    })
      .on('error', reject)
      .end();
  });
}

if (process.platform !== 'linux') {
  it.skip('the router’s ports (other systems have one loopback address)');
} else {
  it('the router takes visitors by their address at both kinds of port, and a trusted edge’s word at the inner one only', async () => {
    const origin = await startOrigin(freshAddress());
    stops.push(origin.stop);
    origin.answer = (_req, res) => void res.end('[]');
    const names = { 'edge-us:8080': origin.at, 'edge-eu:8080': origin.at };
    const { address, stop } = await startBalancer('7-multi-region/router.cfg', names, (text) => text);
    stops.push(stop);
    for (const [from, port, named, expected] of [
      [US, 8080, undefined, '200 us'],
      [US, 8090, undefined, '200 us'],
      [EU, 8080, undefined, '200 eu'],
      [EU, 8090, undefined, '200 eu'],
      [US, 8081, undefined, '200 eu'],
      [US, 8091, undefined, '200 eu'],
      [US, 8090, 'eu', '200 us'],
      [TRUSTED_EDGE, 8080, 'eu', '200 eu'],
      [TRUSTED_EDGE, 8080, 'mars', '400 -'],
      [TRUSTED_EDGE, 8090, 'eu', '200 us'],
      [TRUSTED_EDGE, 8090, 'mars', '200 us'],
    ] as const)
      expect([from, port, named, await askFrom(from, address, port, named)]).toEqual([
        from,
        port,
        named,
        expected,
      ]);
  }, 30_000);
}
