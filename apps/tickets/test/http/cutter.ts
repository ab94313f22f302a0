import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * What happens to the next statement that sells or cancels.
 *
 * - `refused`: no connection can be opened
 * - `cut before`: the connection breaks before the database gets the statement
 * - `cut after`: it breaks when the database answers
 * - `swallowed`: the database answers, and the answer never comes
 */
export type Cut = 'refused' | 'cut before' | 'cut after' | 'swallowed';

/** The way to a database, which breaks at a chosen moment. */
export interface Cutter {
  url(databaseUrl: string): string;
  cut(how: Cut): Promise<void>;
  close(): Promise<void>;
}

const SELLS = /reserve|cancel/;

export async function startCutter(target: number): Promise<Cutter> {
  const sockets = new Set<Socket>();
  let cut: Cut | undefined;
  const server = createServer((client) => {
    const database = connect(target, '127.0.0.1');
    let isHit = false;
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    client.on('data', (data) => {
      isHit ||= cut !== undefined && SELLS.test(data.toString('latin1'));
      if (isHit && cut === 'cut before') client.destroy();
      else database.write(data);
    });
    database.on('data', (data) => {
      if (!isHit) client.write(data);
      else if (cut === 'cut after') client.destroy();
    });
    // What the database has got it does, whoever has gone.
    client.on('close', () => database.end());
    database.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const end = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: (databaseUrl) => databaseUrl.replace(`:${target}/`, `:${port}/`),
    async cut(how) {
      cut = how;
      if (how === 'refused') end();
    },
    async close() {
      if (server.listening) end();
    },
  };
}
