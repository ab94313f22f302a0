import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Failure } from '../../../failure.ts';
import { readAddress } from '../doors/client-address.ts';
import type { Forward } from '../plan.ts';

/**
 * A client that has ended its side may still wait for its answer, or has left: both look alike. Then an event stream would
 * stay open on the box until something is written to it a second time.
 */
const LINGER_MS = 5000;

/**
 * Publish a box's port on this machine's loopback address, as Compose's `ports` do. For people and their browsers:
 * load goes straight to the entry box.
 *
 * @param lingerMs how long a client that has ended its side may wait for its answer
 * @throws Failure when the port is taken.
 */
export async function publish(forward: Forward, lingerMs = LINGER_MS): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    lead(client, client.remoteAddress, { ...forward, lingerMs });
  });
  await listening(server, () => server.listen(forward.port, forward.host)).catch((cause: Error) => {
    throw portProblem(forward, cause);
  });
  return server;
}

/** Lead what arrives on a unix socket to a box: the machine's own network ends there (`doors/keeper.ts`). */
export async function publishSocket(forward: Forward, path: string, lingerMs = LINGER_MS): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    client.on('error', () => client.destroy());
    readAddress(client).then(
      (address) => lead(client, address, { ...forward, lingerMs }),
      () => client.destroy(),
    );
  });
  await rm(path, { force: true });
  await listening(server, () => server.listen(path));
  return server;
}

/** Why a port cannot be published. */
export function portProblem(
  { host, port }: Pick<Forward, 'host' | 'port'>,
  cause: NodeJS.ErrnoException,
): Failure {
  const taken = cause.code === 'EADDRINUSE';
  return new Failure(taken ? `Port ${port} on ${host} is taken by another program.` : cause.message, {
    where: `${host}:${port}`,
    next: `Find it with \`ss -ltnp 'sport = :${port}'\` and end it, then run up again.`,
    cause,
  });
}

function listening(server: Server, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', resolve);
    listen();
  });
}

interface Way extends Forward {
  readonly lingerMs: number;
}

function lead(client: Socket, from: string | undefined, way: Way): void {
  const { toAddress: host, toPort: port, lingerMs } = way;
  const isOurs = way.keepsAddress && from?.startsWith('127.') === true;
  const box = connect({ host, port, allowHalfOpen: true, ...(isOurs ? { localAddress: from } : {}) });
  client.pipe(box).pipe(client);
  // Either side gone: so is the other.
  client.on('error', () => box.destroy());
  box.on('error', () => client.destroy());
  client.once('end', () => {
    const leaving = setTimeout(() => {
      client.destroy();
      // The box has been told of the end already, and would go on: a reset says that nobody is there.
      box.resetAndDestroy();
    }, lingerMs).unref();
    box.once('close', () => clearTimeout(leaving));
  });
}
