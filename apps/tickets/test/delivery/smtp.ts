import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { inbox } from '../../src/mailbox/inbox.ts';
import { receiver } from '../../src/mailbox/receiver.ts';

/** A mail server that notes, of each mail, which reservation it is for. */
export async function startMailServer() {
  const kept = inbox();
  const server = receiver(kept);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    /** How many mails it got for a reservation. */
    mailsFor: (id: string) => kept.list().filter(({ reservation }) => reservation === id).length,
    received: () => kept.received(),
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}

/** A mail server that takes connections and says nothing, as one whose processes are stopped. */
export async function startSilentServer() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  return await listening(server, sockets);
}

/** Before a mail server: once it has passed on a whole mail, the mail server's word for it takes so long. */
export async function startSlowToAnswer(mailServerUrl: string, delayMs: number) {
  const { hostname, port } = new URL(mailServerUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const behind = connect(Number(port), hostname);
    let sent = '';
    let until = 0;
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    client.on('data', (part) => {
      sent = (sent + part.toString('latin1')).slice(-8);
      if (sent.endsWith('\r\n.\r\n')) until = performance.now() + delayMs;
      behind.write(part);
    });
    behind.on('data', (part) => {
      setTimeout(() => client.write(part), Math.max(0, until - performance.now()));
    });
    client.on('close', () => behind.destroy());
  });
  return await listening(server, sockets);
}

/** Its address, and how it ends with the connections that it has. */
async function listening(server: Server, sockets: ReadonlySet<Socket>) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
