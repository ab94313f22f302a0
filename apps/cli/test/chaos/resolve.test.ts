import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Journal } from '../../src/chaos/journal.ts';
import { resolveUnknown } from '../../src/chaos/resolve.ts';
import { operation } from '../../src/history/operation.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function shop(): Promise<string> {
  const server = createServer((req, res) => {
    req.resume();
    res.writeHead(req.method === 'POST' ? 201 : 200).end('{"id":"r1","token":"t1","status":"confirmed"}');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('asking again for what is unknown', () => {
  it.each([
    { op: 'reserve', key: 'k1', seats: [7], id: null },
    { op: 'cancel', key: null, seats: [], id: 'r1' },
  ])('is an operation of its own, at its own time: $op', async (about) => {
    const asked = { process: 'buyer-1', showId: 3, invokedAt: 1000, completedAt: 2000, status: 504 };
    const history = [operation.parse({ ...about, ...asked, outcome: 'unknown', problem: 'outcome-unknown' })];
    const from = Date.now();
    const signal = new AbortController().signal;
    const left = await resolveUnknown({ history } as unknown as Journal, {
      site: await shop(),
      deadline: from + 5000,
      signal,
    });
    const [, again] = history;
    expect(left).toBe(0);
    expect(again).toMatchObject({
      ...about,
      id: 'r1',
      process: 'buyer-1',
      showId: 3,
      outcome: 'ok',
      problem: null,
    });
    expect(again?.invokedAt).toBeGreaterThanOrEqual(from);
    expect(again?.completedAt).toBeGreaterThanOrEqual(again?.invokedAt ?? 0);
  });
});
