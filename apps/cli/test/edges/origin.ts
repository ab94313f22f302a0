import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const FOR_EVER = { 'Cache-Control': 'public, max-age=31536000, immutable' };

/** An origin that does whatever a test wants it to: real ones do not fail on demand. */
export interface Origin {
  /** host:port */
  readonly at: string;
  /** Every request that came, in order. */
  readonly asked: IncomingMessage[];
  answer: (req: IncomingMessage, res: ServerResponse) => void;
  stop(): Promise<void>;
}

export async function startOrigin(address: string): Promise<Origin> {
  const server = createServer((req, res) => {
    origin.asked.push(req);
    origin.answer(req, res);
  });
  server.listen(0, address);
  await once(server, 'listening');
  const origin: Origin = {
    at: `${address}:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer: (_req, res) => void res.writeHead(200, FOR_EVER).end('file'),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return origin;
}
