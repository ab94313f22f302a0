import { note } from './answered.ts';
import { problemOf } from './problem.ts';
import type { Bought, OfBuyer, Order, Reservation, SeatMap, Selling, Show, ShowPage } from './types.ts';

const PATIENCE_MS = 10_000;

/** Asks the shop; throws a `Problem` for an answer that is no success, fetch's own error when there is none. */
async function answered(path: string, init: RequestInit = {}): Promise<Response> {
  const started = performance.now();
  const response = await fetch(path, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
  note(`${init.method ?? 'GET'} ${path}`, response, performance.now() - started);
  if (response.ok) return response;
  throw problemOf(response.status, await response.json().catch(() => null));
}

/** As `answered`, with the answer's JSON. */
async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  return (await (await answered(path, init)).json()) as T;
}

export const shows = (): Promise<Show[]> => ask('/shows');
export const show = (id: number): Promise<Show> => ask(`/shows/${id}`);
export const showPage = (id: number): Promise<ShowPage> => ask(`/pages/shows/${id}`);
export const sellingFast = (): Promise<Selling[]> => ask('/selling-fast');
export const seatMap = (showId: number): Promise<SeatMap> => ask(`/shows/${showId}/seats`);
/** How a token is shown. */
const showing = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

export const reservation = (id: string, token: string): Promise<Reservation> =>
  ask(`/reservations/${encodeURIComponent(id)}`, showing(token));

/** Has a link to all reservations of an address mailed to it. */
export async function mailLink(email: string): Promise<void> {
  await answered('/reservations/link', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email }),
  });
}

/** The reservations that the token of a mailed link opens, gathered from all shards. */
export const myReservations = (token: string): Promise<OfBuyer> => ask('/reservations', showing(token));

/** Reserves seats. The same key gives the same answer, however often it is sent. */
export async function reserve(order: Order, key: string): Promise<Bought> {
  const response = await answered('/reservations', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
    body: JSON.stringify(order),
  });
  return {
    reservation: (await response.json()) as Reservation,
    mailOwed: response.headers.get('X-Ticket-Mail') === 'owed',
  };
}

export const cancel = (id: string, token: string): Promise<Reservation> =>
  ask(`/reservations/${encodeURIComponent(id)}`, { method: 'DELETE', ...showing(token) });

/** The ticket as a PDF. A plain link could not show the token. */
export async function ticket(id: string, token: string): Promise<Blob> {
  return await (await answered(`/reservations/${encodeURIComponent(id)}/ticket.pdf`, showing(token))).blob();
}
