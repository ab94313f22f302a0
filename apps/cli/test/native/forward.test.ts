import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { addressLine, readAddress } from '../../src/runtime/native/doors/client-address.ts';
import { publish, publishSocket } from '../../src/runtime/native/supervisor/forward.ts';

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
    { host: '127.0.0.1', port: 0, toAddress: '127.0.0.1', toPort, isFor: 'everybody', keepsAddress: true },
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

if (process.platform !== 'linux') {
  it.skip('a box sees the addresses of its clients (other systems have one loopback address)');
} else {
  it('a box sees each client’s own address through a published port', async () => {
    const port = await published((socket) => socket.end(String(socket.remoteAddress)));
    for (const localAddress of ['127.0.0.1', '127.0.0.66'])
      expect(await text(connect({ port, host: '127.0.0.1', localAddress }))).toBe(localAddress);
  });

  it('a box sees the address that a door writes first, and reads what the client sent after it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'forward-'));
    try {
      const box = createServer((socket) =>
        socket.once('data', (data) => socket.end(`${socket.remoteAddress} said ${data}`)),
      );
      await new Promise<void>((resolve) => box.listen(0, '127.0.0.1', resolve));
      const forward = { host: '', port: 0, toAddress: '127.0.0.1', toPort: portOf(box) } as const;
      const path = join(folder, 'site.door');
      const door = { ...forward, isFor: 'everybody', keepsAddress: true } as const;
      servers.push(box, await publishSocket(door, path, LINGER_MS));
      const together = connect(path);
      together.write(`${addressLine({ remoteAddress: '127.0.0.66' })}hello`);
      expect(await text(together)).toBe('127.0.0.66 said hello');
      const apart = connect(path);
      apart.write('127.0.');
      await sleep(20);
      apart.write('0.67\n');
      await sleep(20);
      apart.write('hello');
      expect(await text(apart)).toBe('127.0.0.67 said hello');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}

it('refuses a connection of a door that does not begin with an address', async () => {
  const socket = new PassThrough();
  const address = readAddress(socket as unknown as Socket);
  socket.write('x'.repeat(100));
  await expect(address).rejects.toThrow('did not say whose');
});
