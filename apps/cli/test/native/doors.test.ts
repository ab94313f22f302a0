import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Door, DoorAnswer } from '../../src/runtime/native/doors/door.ts';
import { doorKeeper, uidOf } from '../../src/runtime/native/doors/keeper.ts';
import { eventually } from '../stacks/leftovers.ts';

const OWNER = process.getuid?.() ?? 0;
let folder: string;
let open: (Server | Socket)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doors-'));
});

afterEach(async () => {
  for (const each of open) if ('destroy' in each) each.destroy();
  for (const each of open) if ('close' in each) each.close();
  open = [];
  await rm(folder, { recursive: true, force: true });
});

async function listening(server: Server, at: string | number): Promise<Server> {
  open.push(server);
  server.listen(at as never);
  await once(server, 'listening');
  return server;
}

/** A port that nothing listens on at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function keeper(ownerUid: number, onIdle: () => void = () => undefined): Promise<string> {
  const path = join(folder, 'keeper.sock');
  await listening(doorKeeper(ownerUid, onIdle), path);
  return path;
}

async function ask(path: string, doors: readonly Door[]): Promise<{ answer: DoorAnswer; asking: Socket }> {
  const asking = connect(path);
  open.push(asking);
  asking.write(`${JSON.stringify(doors)}\n`);
  const [data] = (await once(asking, 'data')) as [Buffer];
  return { answer: JSON.parse(String(data)) as DoorAnswer, asking };
}

async function answerAt(port: number): Promise<string> {
  const client = connect(port, '127.0.0.1');
  open.push(client);
  const parts: Buffer[] = [];
  client.on('data', (data: Buffer) => parts.push(data)).on('error', () => undefined);
  await Promise.race([once(client, 'close'), once(client, 'end')]);
  return Buffer.concat(parts).toString();
}

/** The stack's end of a door, which says hello. */
async function stack(): Promise<string> {
  const path = join(folder, 'stack.door');
  await listening(
    createServer((socket) => socket.end('hello')),
    path,
  );
  return path;
}

it('leads visitors to the stack as long as the stack is connected, and then says that it is idle', async () => {
  const onIdle = vi.fn();
  const door: Door = { host: '127.0.0.1', port: await freePort(), socket: await stack(), isFor: 'everybody' };
  const { answer, asking } = await ask(await keeper(OWNER, onIdle), [door]);
  expect(answer).toEqual({ open: true });
  expect(await answerAt(door.port)).toBe('hello');
  expect(onIdle).not.toHaveBeenCalled();
  asking.destroy();
  await eventually('it is idle', () => onIdle.mock.calls.length === 1);
  await expect(once(connect(door.port, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED');
});

it('writes the client’s address to the stack before everything that the client sends', async () => {
  const path = join(folder, 'stack.door');
  await listening(
    createServer((socket) => socket.once('data', (data) => socket.end(String(data).replace('\n', ' said ')))),
    path,
  );
  const door: Door = { host: '127.0.0.1', port: await freePort(), socket: path, isFor: 'everybody' };
  await ask(await keeper(OWNER), [door]);
  expect(await answerAt(door.port)).toBe('127.0.0.1 said ');
});

it('opens a private door to its owner', async () => {
  const door: Door = { host: '127.0.0.1', port: await freePort(), socket: await stack(), isFor: 'owner' };
  await ask(await keeper(OWNER), [door]);
  expect(await answerAt(door.port)).toBe('hello');
});

it.runIf(OWNER === 0)('hangs up on another user at a private door, and not at a public one', async () => {
  const socket = await stack();
  const doors = await Promise.all(
    (['owner', 'everybody'] as const).map(async (isFor): Promise<Door> => {
      return { host: '127.0.0.1', port: await freePort(), socket, isFor };
    }),
  );
  await ask(await keeper(OWNER), doors);
  const heard = await Promise.all(
    doors.map(async ({ port }) => {
      const say = `exec 3<>/dev/tcp/127.0.0.1/${port}; cat <&3`;
      const other = ['--reuid=65534', '--regid=65534', '--clear-groups', 'bash', '-c', say];
      return (await execa('setpriv', other, { cwd: '/', reject: false })).stdout;
    }),
  );
  expect(heard).toEqual(['', 'hello']);
});

it('opens all doors or none, and names the port that is taken', async () => {
  const taken = await freePort();
  open.push(createServer().listen(taken, '127.0.0.1'));
  const [first, socket] = [await freePort(), await stack()];
  const doors: Door[] = [first, taken].map((port) => ({
    host: '127.0.0.1',
    port,
    socket,
    isFor: 'everybody',
  }));
  const { answer } = await ask(await keeper(OWNER), doors);
  expect(answer).toEqual({ open: false, host: '127.0.0.1', port: taken, code: 'EADDRINUSE' });
  await eventually('the first door is closed', () => refused(first));
});

async function refused(port: number): Promise<boolean> {
  const client = connect(port, '127.0.0.1');
  open.push(client);
  return await once(client, 'connect').then(
    () => false,
    () => true,
  );
}

it('reads from the kernel’s list who holds the other end of a connection', () => {
  const lines = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:1F44 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31 1',
    '   1: 0100007F:C350 0100007F:1F44 01 00000000:00000000 00:00000000 00000000  1001        0 32 1',
    '   2: 0100007F:1F44 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 33 1',
  ].join('\n');
  expect(uidOf({ remotePort: 50_000, localPort: 8004 }, lines)).toBe(1001);
  expect(uidOf({ remotePort: 50_001, localPort: 8004 }, lines)).toBe(null);
});
