import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { readSeatMaps } from '../../src/verify/seat-maps.ts';

async function mapsOf(listener: RequestListener, shows: readonly number[]) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await readSeatMaps(`http://127.0.0.1:${port}`, shows);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const seats = '{"showId":7,"seats":[{"seat":1,"sold":true},{"seat":2,"sold":false},{"seat":3,"sold":true}]}';

it('reads which seats a visitor sees as sold', async () => {
  const maps = await mapsOf((_, res) => res.end(seats), [7, 8, 9, 10, 11]);
  expect(maps.map(({ showId }) => showId).sort((a, b) => a - b)).toEqual([7, 8, 9, 10, 11]);
  expect(maps[0]).toMatchObject({ op: 'seat-map', outcome: 'ok', status: 200, seats: [1, 3] });
});

it.each<[string, RequestListener]>([
  ['a map that cannot be had', (_, res) => res.writeHead(503).end('{"title":"Not now."}')],
  ['an answer that is cut short', (_, res) => res.end(seats.slice(0, 40))],
  ['a map that says how old it is', (_, res) => res.writeHead(200, { 'X-Data-Age': '12.0' }).end(seats)],
])('learns nothing from %s', async (_, listener) => {
  expect(await mapsOf(listener, [7])).toMatchObject([{ outcome: 'unknown', completedAt: null, seats: [] }]);
});
