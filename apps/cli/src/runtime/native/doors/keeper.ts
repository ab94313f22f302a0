import { readFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { addressLine } from './client-address.ts';
import type { Door, DoorAnswer } from './door.ts';

const MOST_BYTES = 65_536;

/**
 * Opens doors on this machine's loopback addresses for stacks in another network. A stack connects, sends a line of JSON with
 * its doors, and they are open as long as it stays connected.
 *
 * @param onIdle called when the last connection has ended
 */
export function doorKeeper(ownerUid: number, onIdle: () => void): Server {
  const asking = new Set<Socket>();
  return createServer((socket) => {
    asking.add(socket);
    let text = '';
    let servers: Promise<readonly Server[]> | null = null;
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.length > MOST_BYTES) socket.destroy();
      if (servers !== null || !text.includes('\n')) return;
      servers = open(JSON.parse(text) as readonly Door[], ownerUid);
      servers.then(
        () => answer(socket, { open: true }),
        (refusal: DoorAnswer) => answer(socket, refusal),
      );
    });
    socket.on('error', () => undefined); // Its end follows, and is what counts.
    socket.once('close', () => {
      asking.delete(socket);
      void servers?.then(closeAll, () => undefined);
      if (asking.size === 0) onIdle();
    });
  });
}

function answer(socket: Socket, said: DoorAnswer): void {
  socket.write(`${JSON.stringify(said)}\n`);
}

/** All of them, or none. @throws DoorAnswer naming the one that cannot be opened */
async function open(doors: readonly Door[], ownerUid: number): Promise<readonly Server[]> {
  const opened = await Promise.allSettled(doors.map((door) => openOne(door, ownerUid)));
  const servers = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = opened.find((each) => each.status === 'rejected');
  if (failed === undefined) return servers;
  closeAll(servers);
  throw failed.reason;
}

function openOne(door: Door, ownerUid: number): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    if (door.isFor === 'owner' && !isOneOf([0, ownerUid], client)) client.destroy();
    else lead(client, door.socket);
  });
  return new Promise((resolve, reject) => {
    const { host, port } = door;
    server.once('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
      reject({ open: false, host, port, code } satisfies DoorAnswer);
    });
    server.listen(port, host, () => resolve(server));
  });
}

function lead(client: Socket, path: string): void {
  const stack = connect({ path, allowHalfOpen: true });
  stack.write(addressLine(client));
  client.pipe(stack).pipe(client);
  client.resume();
  // Either side gone: so is the other. How long a client that has ended its side may wait is the stack's to decide.
  client.on('error', () => stack.destroy());
  stack.on('error', () => client.destroy());
  client.once('close', () => stack.destroy());
  stack.once('close', () => client.destroy());
}

function closeAll(servers: readonly Server[]): void {
  for (const server of servers) server.close();
}

/** Whether a client on this machine belongs to one of these users, by the kernel's list of connections (proc(5)). */
function isOneOf(uids: readonly number[], client: Socket): boolean {
  const uid = uidOf(client, readFileSync('/proc/net/tcp', 'utf8'));
  return uid !== null && uids.includes(uid);
}

/** The user who holds the other end of a connection between IPv4 addresses of this machine; null: it is gone. */
export function uidOf(
  { remotePort, localPort }: Pick<Socket, 'remotePort' | 'localPort'>,
  connections: string,
): number | null {
  const hex = (port = 0) => port.toString(16).toUpperCase().padStart(4, '0');
  for (const line of connections.split('\n').slice(1)) {
    const [, local = '', remote = '', , , , , uid] = line.trim().split(/\s+/);
    if (local.endsWith(`:${hex(remotePort)}`) && remote.endsWith(`:${hex(localPort)}`)) return Number(uid);
  }
  return null;
}
