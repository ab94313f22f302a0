import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { publish } from '../../src/runtime/native/supervisor/forward.ts';

const servers: Server[] = [];
const LINGER_MS = 200;

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A box that does this with each of its connections, published; resolves with the published port. */
async function published(serve: (socket: Socket) => void): Promise<number> {
  const box = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => box.listen(0, '127.0.0.1', resolve));
  const toPort = portOf(box);
  const forward = await publish(
    { host: '127.0.0.1', port: 0, toAddress: '127.0.0.1', toPort, isFor: 'everybody' },
    LINGER_MS,
  );
  servers.push(box, forward);
  return portOf(forward);
}

function portOf(server: Server): number {
  return (server.address() as { port: number }).port;
}

it('a client that leaves an open stream is gone for the box with the first thing that is written to it', async () => {
  const sockets: Socket[] = [];
  const port = await published((socket) => {
    sockets.push(socket.resume());
    socket.write('open');
  });
  const client = connect(port, '127.0.0.1');
  await once(client, 'data');
  const [socket] = sockets;
  expect(socket?.closed).toBe(false);
  client.destroy();
  await sleep(2 * LINGER_MS);
  // Node does not look at a connection whose other side has ended until it writes. Once is enough if that was a reset.
  socket?.write('more');
  await expect.poll(() => socket?.closed).toBe(true);
});

it('a client that ends its side after its question still gets the answer', async () => {
  const port = await published((socket) => {
    socket.resume().once('end', () => setTimeout(() => socket.end('the answer'), LINGER_MS / 4));
  });
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  client.end('the question');
  expect(await text(client)).toBe('the answer');
});
