import type { AddressInfo } from 'node:net';
import {
  createApp,
  type Delivery,
  type Environment,
  localFeed,
  migrate,
  type Parts,
  pool,
  postgres,
  type Reservation,
  seatTruth,
} from '../src/index.ts';
import { httpServer } from '../src/server.ts';
import { settings } from './settings.ts';

export interface TestShop {
  readonly url: string;
  /** What was delivered so far. */
  readonly delivered: readonly Reservation[];
  readonly parts: Parts;
  close(): Promise<void>;
}

/** One instance of the shop in this process, on a port of its own. Parts can be replaced. */
export async function openShop(
  databaseUrl: string,
  other: Partial<Environment> = {},
  replace: (parts: Parts) => Partial<Parts> = () => ({}),
): Promise<TestShop> {
  const env = settings(databaseUrl, other);
  const primary = pool(databaseUrl, env);
  await migrate(primary, env);
  const delivered: Reservation[] = [];
  const delivery: Delivery = {
    async deliver({ reservation, mail }) {
      if (mail?.state === 'ours') delivered.push(reservation);
      return 'done';
    },
  };
  const plain: Parts = {
    ...postgres(primary),
    delivery,
    feed: localFeed(seatTruth(primary)),
    dependencies: [primary],
  };
  const parts = { ...plain, ...replace(plain) };
  const app = createApp(parts, env);
  const server = httpServer(app.handler, app.messages);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    delivered,
    parts,
    async close() {
      app.endStreams();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      for (const dependency of new Set([...parts.dependencies, primary])) await dependency.close();
    },
  };
}

export const buyer = { name: 'Ada', email: 'ada@example.com' };

/** POST /reservations with a key, or with any other headers and body. */
export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = { 'idempotency-key': crypto.randomUUID() },
): Promise<Response> {
  return await fetch(`${url}/reservations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
