import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openStreams } from '../../src/measure/streams.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { box, stackState } from './stack-state.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A shop that lets in `most` streams. */
async function shop(most: number) {
  const open = new Set<ServerResponse>();
  const server = createServer((req, res) => {
    if (req.url === '/shows') return void res.end('[{"id":1},{"id":2}]');
    if (open.size >= most) return void res.writeHead(503, { 'Retry-After': '9' }).end('{}');
    open.add(res);
    res.on('close', () => open.delete(res));
    res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': open\n\n');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const runtime = {
    usage: async () => [{ box: 'app-1', kind: 'app', memoryBytes: 1000 + open.size }],
    exec: async () => ({ code: 0, stdout: `tickets_event_streams ${open.size}\n` }),
  } as unknown as Runtime;
  const way = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { open, runtime, way, state: stackState([box('app-1', 'app', null)]) };
}

describe('visitors who watch a seat map under load', () => {
  it('are counted as open or refused, told of changes, and gone when they have left', async () => {
    const { open, runtime, way, state } = await shop(70);
    const watchers = await openStreams(runtime, state, [way, way], 60, new AbortController().signal);
    for (const res of open) res.write('event: seats\ndata: {}\n\nevent: missed\ndata:\n\n');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await watchers.leave()).toMatchObject({
      asked: 120,
      opened: 70,
      refused: 50,
      failed: 0,
      changes: 70,
      missed: 70,
      left: 0,
      memory: [{ box: 'app-1', before: 1000, with: 1070 }],
    });
  });

  it('are counted as failed when the shop lets go of them before they leave', async () => {
    const { open, runtime, way, state } = await shop(9);
    const watchers = await openStreams(runtime, state, [way], 9, new AbortController().signal);
    for (const res of [...open].slice(0, 4)) res.destroy();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await watchers.leave()).toMatchObject({ opened: 9, failed: 4 });
  });
});
