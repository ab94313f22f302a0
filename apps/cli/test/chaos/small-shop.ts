import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { FinalState, HeldReservation } from '../../src/promises/final-state.ts';

/** Of the answers to writes that are lost after the write was done. */
const LOST_SHARE = 0.1;
/** Of the writes that are refused before anything is done. */
const BUSY_SHARE = 0.05;

type Sale = HeldReservation & { readonly token: string; status: 'confirmed' | 'cancelled' };

/** A shop in one process that keeps its promises, and loses answers. */
export async function smallShop(random: () => number) {
  const byKey = new Map<string, Sale | 'taken'>();
  const owners = new Map<string, Sale>();
  const streams = new Map<number, Set<ServerResponse>>();
  const place = (showId: number, seat: number): string => `${showId}/${seat}`;

  function tell(showId: number, seats: readonly number[], sold: boolean): void {
    for (const stream of streams.get(showId) ?? [])
      stream.write(`event: seats\ndata: ${JSON.stringify({ showId, seats, sold })}\n\n`);
  }

  function reserve(
    key: string,
    request: Omit<Sale, 'id' | 'token' | 'status' | 'idempotencyKey'>,
  ): Sale | 'taken' {
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const places = request.seats.map((seat) => place(request.showId, seat));
    if (places.some((one) => owners.has(one))) {
      byKey.set(key, 'taken');
      return 'taken';
    }
    const { showId, seats, email, ticket } = request;
    const sale: Sale = {
      id: randomUUID(),
      token: randomUUID(),
      showId,
      seats,
      email,
      ticket,
      status: 'confirmed',
      idempotencyKey: key,
    };
    byKey.set(key, sale);
    for (const one of places) owners.set(one, sale);
    tell(showId, seats, true);
    return sale;
  }

  /** Nothing for another token than the reservation's own. */
  const find = (id: string, { headers }: IncomingMessage): Sale | undefined =>
    sales().find((one) => one.id === id && headers.authorization === `Bearer ${one.token}`);

  function cancel(sale: Sale | undefined): Sale | undefined {
    if (sale === undefined || sale.status === 'cancelled') return sale;
    sale.status = 'cancelled';
    for (const seat of sale.seats) owners.delete(place(sale.showId, seat));
    tell(sale.showId, sale.seats, false);
    return sale;
  }

  const sales = (): Sale[] => [...byKey.values()].filter((one) => one !== 'taken');

  function follow(showId: number, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': open\n\n');
    const open = streams.get(showId) ?? new Set();
    streams.set(showId, open.add(response));
    response.once('close', () => open.delete(response));
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, collection, id = '', part] = (request.url ?? '').split('/');
    if (part === 'events') return follow(Number(id), response);
    const send = (status: number, body: unknown): void =>
      void response.writeHead(status).end(JSON.stringify(body));
    if (part === 'seats') {
      const seats = Array.from({ length: 60 }, (_, index) => index + 1);
      return send(200, { seats: seats.map((seat) => ({ seat, sold: owners.has(place(Number(id), seat)) })) });
    }
    if (collection === 'reservations' && request.method === 'GET') {
      const found = find(id, request);
      return found === undefined ? send(404, {}) : send(200, found);
    }
    if (random() < BUSY_SHARE) return send(503, { type: 'urn:tickets:problem:unavailable' });
    const key = String(request.headers['idempotency-key']);
    const done =
      request.method === 'DELETE' ? cancel(find(id, request)) : reserve(key, (await json(request)) as Sale);
    if (random() < LOST_SHARE) return void response.destroy();
    if (done === 'taken') return send(409, { type: 'urn:tickets:problem:seats-taken' });
    return done === undefined ? send(404, {}) : send(200, done);
  }

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    site: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state: (): FinalState => ({
      reservations: sales(),
      seatsSold: [...owners].map(([one, { id }]) => {
        const [showId = 0, seat = 0] = one.split('/').map(Number);
        return { showId, seat, reservationId: id };
      }),
    }),
    close(): void {
      server.closeAllConnections();
      server.close();
    },
  };
}
