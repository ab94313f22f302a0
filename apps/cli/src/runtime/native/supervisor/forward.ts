import { connect, createServer, type Server } from 'node:net';
import { Failure } from '../../../failure.ts';
import type { Forward } from '../plan.ts';

/**
 * Publish a box's port on this machine's loopback address, as Compose's `ports` do. For people and their browsers:
 * load goes straight to the entry box.
 *
 * @throws Failure when the port is taken.
 */
export async function publish(forward: Forward): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const box = connect({ host: forward.toAddress, port: forward.toPort, allowHalfOpen: true });
    client.pipe(box).pipe(client);
    // Either side gone: so is the other.
    client.on('error', () => box.destroy());
    box.on('error', () => client.destroy());
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
