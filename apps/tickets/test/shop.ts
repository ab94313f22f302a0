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
import { documented } from './http/documented.ts';
import { settings } from './settings.ts';

export interface TestShop {
  readonly url: string;
  /** What was delivered so far. */
  readonly delivered: readonly Reservation[];
  readonly parts: Parts;
  close(): Promise<void>;
}

/**
 * One instance of the shop in this process, on a port of its own. Parts can be replaced. `close` rejects when an answer was
 * not as the shop's document describes it.
 */
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
  const { handler, differences } = documented(app.handler);
  const server = httpServer(handler, app.messages);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    delivered,
    parts,
    async close() {
      const found = await differences(url);
      app.endStreams();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      for (const dependency of new Set([...parts.dependencies, primary])) await dependency.close();
      if (found.length > 0) throw new Error(`Answers differ from openapi.json:\n${found.join('\n')}`);
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

/** The header that shows a token. */
export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** Cancels what a purchase answered, through any instance. */
export async function cancel(
  url: string,
  { id, token }: Pick<Reservation, 'id' | 'token'>,
): Promise<Response> {
  return await fetch(`${url}/reservations/${id}`, { method: 'DELETE', headers: bearer(token) });
}
