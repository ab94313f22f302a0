import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect } from 'vitest';

/** The ports of an entry without and with limits for each client. */
export const INNER = 8080;
export const PUBLIC = 8090;

/** A client of an entry, told from others by its address. */
export interface Client {
  /** Sends so many requests, and counts the answers by their status. */
  send(count: number, request?: Partial<Sent>): Promise<Readonly<Record<number, number>>>;
  one(request?: Partial<Sent>): Promise<Answer>;
  /** Opens an event stream, and resolves with the status of its answer. */
  watch(): Promise<{ readonly status: string; readonly socket: Socket }>;
  stop(): void;
}

interface Sent {
  readonly port: number;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

export function client(to: string, localAddress: string, maxSockets = 4): Client {
  const agent = new Agent({ keepAlive: true, maxSockets });
  const sockets: Socket[] = [];
  const one = ({ port = PUBLIC, method = 'GET', headers = {} }: Partial<Sent> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const path = method === 'GET' ? '/shows' : '/reservations/1';
      request({ host: to, port, path, method, headers, localAddress, agent }, async (response) => {
        const body = (await response.setEncoding('utf8').toArray()).join('');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      })
        .on('error', reject)
        .end();
    });
  return {
    one,
    async send(count, sent) {
      const statuses: Record<number, number> = {};
      for (const { status } of await Promise.all(Array.from({ length: count }, () => one(sent))))
        statuses[status] = (statuses[status] ?? 0) + 1;
      return statuses;
    },
    async watch() {
      const socket = connect({ host: to, port: PUBLIC, localAddress });
      sockets.push(socket.on('error', () => undefined));
      socket.write('GET /shows/1/events HTTP/1.1\r\nHost: shop\r\n\r\n');
      const [data] = (await once(socket, 'data')) as [Buffer];
      return { status: String(data).slice(9, 12), socket };
    },
    stop() {
      agent.destroy();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Refused by the entry, in the shop's words. */
export function expectRefused({ status, headers, body }: Answer, kind: string): void {
  expect([status, headers['content-type'], JSON.parse(body)]).toMatchObject([
    429,
    'application/problem+json',
    { status: 429, type: `urn:tickets:problem:${kind}`, detail: expect.stringContaining('nothing was done') },
  ]);
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  expect(headers['cache-control']).toBe('no-store');
}
