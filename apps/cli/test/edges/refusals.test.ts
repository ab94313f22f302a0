import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { freshAddress, startEdge } from './edge.ts';
import { startOrigin } from './origin.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Sends this text, and returns the answer when the connection has ended. */
async function send(address: string, request: string): Promise<string> {
  const socket = connect(8080, address);
  socket.setTimeout(10_000, () => socket.destroy());
  socket.write(request);
  return await text(socket);
}

const request = (line: string, ...headers: string[]) =>
  [`${line} HTTP/1.1`, 'Host: shop', 'Connection: close', ...headers, '', ''].join('\r\n');

if (process.platform !== 'linux') {
  it.skip('an edge refuses requests with problem+json (boxes have addresses of their own on Linux only)');
} else {
  it('an edge refuses with problem+json what is not HTTP, is too large or has a method that it does not take', async () => {
    const origin = await startOrigin(freshAddress());
    stops.push(origin.stop);
    const edge = await startEdge({ name: 'edge-us', origin: origin.at, neighbour: `${freshAddress()}:8081` });
    stops.push(edge.stop);
    for (const [sent, status, kind] of [
      ['GET / HTTP/1.1\r\nHost shop\r\n\r\n', 400, 'malformed'],
      [request('GET /shows', `X-Large: ${'x'.repeat(5000)}`), 400, 'malformed'],
      [request('TRACE /shows'), 405, 'method-not-allowed'],
      [request('POST /reservations', 'Content-Length: 70000'), 413, 'too-large'],
      [request(`GET /${'x'.repeat(5000)}`), 414, 'too-large'],
    ] as const) {
      const [head = '', body = ''] = (await send(edge.address, sent)).split('\r\n\r\n');
      expect(head).toContain(`HTTP/1.1 ${status} `);
      expect(head).toContain('Content-Type: application/problem+json');
      expect(head.includes('Allow: GET, HEAD, POST, DELETE, OPTIONS')).toBe(status === 405);
      expect(JSON.parse(body)).toMatchObject({ status, type: `urn:tickets:problem:${kind}` });
    }
  }, 30_000);
}
