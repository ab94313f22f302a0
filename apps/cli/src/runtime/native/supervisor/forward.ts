import { connect, createServer, type Server } from 'node:net';
import { Failure } from '../../../failure.ts';
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
    const box = connect({ host: forward.toAddress, port: forward.toPort, allowHalfOpen: true });
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
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE';
      reject(
        new Failure(
          taken ? `Port ${forward.port} on ${forward.host} is taken by another program.` : cause.message,
          {
            where: `${forward.host}:${forward.port}`,
            next: `Find it with \`ss -ltnp 'sport = :${forward.port}'\` and end it, then run up again.`,
            cause,
          },
        ),
      );
    });
    server.listen(forward.port, forward.host, resolve);
  });
  return server;
}
