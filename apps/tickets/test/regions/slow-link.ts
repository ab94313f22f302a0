import { connect, createServer, type Server, type Socket } from 'node:net';

/** The path between two regions, as `link` is one: what is sent arrives `delayMs` later. */
export interface SlowLink {
  readonly port: number;
  /** The other end's address as seen through the link. */
  url(address: string): string;
  /** How often somebody here asked and waited for an answer, on all connections together. */
  roundTrips(): number;
  readonly connections: number;
  /** From now on nothing arrives in either direction; connections stay, as when a cable is cut. */
  cut(): void;
  /** New connections get through again; those from before are gone. */
  mend(): void;
  close(): Promise<void>;
}

export async function slowLink(target: number, delayMs: number): Promise<SlowLink> {
  const sockets = new Set<Socket>();
  let whole = true;
  let trips = 0;
  let connections = 0;
  const pass = (from: Socket, to: Socket, seen: () => void) => {
    sockets.add(from);
    from.on('data', (data) => {
      if (!whole) return;
      seen();
      setTimeout(() => whole && !to.destroyed && to.write(data), delayMs);
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      setTimeout(() => to.destroy(), delayMs);
    });
  };
  const server: Server = createServer((here) => {
    const there = connect(target, '127.0.0.1');
    connections += 1;
    // A turn: something goes out after something came in.
    let answered = true;
    pass(here, there, () => {
      if (answered) trips += 1;
      answered = false;
    });
    pass(there, here, () => {
      answered = true;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    url: (there) => there.replace(`:${target}/`, `:${port}/`),
    roundTrips: () => trips,
    get connections() {
      return connections;
    },
    cut() {
      whole = false;
    },
    mend() {
      drop();
      whole = true;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      drop();
      await closed;
    },
  };
}
