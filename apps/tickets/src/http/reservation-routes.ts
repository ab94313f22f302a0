import type { Request, Response } from 'express';
import { log } from '../log.ts';
import type { Delivery, Reservation, SeatFeed, Store } from '../ports.ts';
import { isSameSecret } from '../same-secret.ts';
import { decided } from './decided.ts';
import { jsonBody } from './json-body.ts';
import { managementTokenOf } from './management-token.ts';
import { notFound, Problem } from './problem.ts';
import type { ReadAfter } from './read-after.ts';
import * as operations from './reservation-operations.ts';
import type { Routes } from './routes.ts';
import { idempotencyKey, reservationId, reservationRequest } from './schemas.ts';

export interface ReservationParts extends Store {
  readonly delivery: Delivery;
  readonly feed: SeatFeed;
}

/** POST /reservations and what one can do with a reservation. */
export function reservationRoutes(routes: Routes, parts: ReservationParts, readAfter: ReadAfter): void {
  const { reservations, shows, delivery } = parts;

  routes.add('post', '/reservations', operations.reserve, async (req, res) => {
    const request = requestOf(await jsonBody(req));
    const outcome = await decided(
      'purchase',
      reservations.reserve({ ...request, idempotencyKey: keyOf(req) }),
    );
    switch (outcome.kind) {
      case 'no-such-show':
        throw notFound('show');
      case 'no-such-seat':
        throw new Problem(404, 'no-such-seat', 'The show does not have all of these seats.', {
          seats: outcome.seats,
        });
      case 'taken':
        throw new Problem(409, 'seats-taken', 'Somebody else has these seats; none was reserved.', {
          seats: outcome.seats,
        });
      case 'over':
        throw new Problem(410, 'show-over', 'The show has begun: its seats are no longer sold.');
      case 'key-reused':
        throw new Problem(422, 'key-reused', 'This Idempotency-Key was used with another request.');
      case 'reserved':
        break;
    }
    const { reservation } = outcome;
    // A sale whose announcement was lost is found by the feed itself.
    const announced = outcome.replayed ? Promise.resolve() : announce(parts.feed, outcome, true);
    const ticket = await delivery.deliver(outcome, announced);
    if (ticket === 'owed') res.setHeader('X-Ticket-Mail', 'owed');
    readAfter.give(res, outcome.position);
    res.statusCode = outcome.replayed ? 200 : 201;
    if (outcome.replayed) res.setHeader('Idempotency-Replayed', 'true');
    res.setHeader('Location', `/reservations/${reservation.id}`);
    sendReservation(res, reservation);
  });

  routes.add('get', '/reservations/:id', operations.reservation, async (req, res) => {
    sendReservation(res, await find(req));
  });

  routes.add('delete', '/reservations/:id', operations.cancel, async (req, res) => {
    const id = idOf(req);
    const outcome = await decided('cancellation', reservations.cancel(id, managementTokenOf(req)));
    if (outcome.kind === 'not-found') throw notFound('reservation');
    if (outcome.kind === 'over')
      throw new Problem(409, 'show-over', 'The show has begun: its tickets are not given back.');
    if (outcome.freed) void announce(parts.feed, outcome, false);
    readAfter.give(res, outcome.position);
    sendReservation(res, outcome.reservation);
  });

  routes.add('get', '/reservations/:id/ticket.pdf', operations.ticket, async (req, res) => {
    const reservation = await find(req);
    if (reservation.status === 'cancelled') {
      throw new Problem(410, 'cancelled', 'This reservation was cancelled; it has no ticket.');
    }
    // Loaded when first needed: an instance that has just started serves sooner without.
    const { showOf } = await import('../delivery/show-of.ts');
    const { ticketPdf } = await import('../delivery/ticket-pdf.ts');
    const { ticketNumber } = await import('../delivery/ticket-number.ts');
    const pdf = await ticketPdf(reservation, await showOf(reservation, shows));
    res.setHeader('Content-Type', 'application/pdf');
    res.setHeader('Content-Disposition', `inline; filename="ticket-${ticketNumber(reservation.id)}.pdf"`);
    res.setHeader('Cache-Control', 'private, no-store');
    res.end(pdf);
  });

  /** With another reservation's token the answer is the same as for a reservation that does not exist. */
  async function find(req: Request<{ id: string }>): Promise<Reservation> {
    const id = idOf(req);
    const token = managementTokenOf(req);
    const found = await reservations.find(id, readAfter.optionsOf(req));
    if (found === null || !isSameSecret(found.token, token)) throw notFound('reservation');
    return found;
  }
}

/** Tells the watchers of the show. The sale stands whether or not they hear of it. Never rejects. */
async function announce(
  feed: SeatFeed,
  { reservation: { id, showId, seats }, position }: { reservation: Reservation; position?: string },
  sold: boolean,
): Promise<void> {
  await feed
    .publish({ id, showId, seats, sold, ...(position === undefined ? {} : { position }) })
    .catch((error) => log.warn({ err: error, showId }, 'a seat change was not announced'));
}

function sendReservation(res: Response, reservation: Reservation): void {
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Cache-Control', 'private, no-store');
  res.end(JSON.stringify(reservation));
}

function idOf(req: Request<{ id: string }>): string {
  const parsed = reservationId.safeParse(req.params.id);
  if (!parsed.success) throw notFound('reservation');
  return parsed.data;
}

function keyOf(req: Request): string {
  const given = req.headers['idempotency-key'];
  if (given === undefined) {
    throw new Problem(400, 'no-key', 'An Idempotency-Key header is needed.', {
      detail:
        'A text that no other request uses and that cannot be guessed, a UUID for example: with it a retry cannot buy twice.',
    });
  }
  const parsed = idempotencyKey.safeParse(given);
  if (!parsed.success) {
    throw new Problem(400, 'bad-key', 'The Idempotency-Key cannot be used.', {
      detail: parsed.error.issues[0]?.message,
    });
  }
  return parsed.data;
}

function requestOf(body: unknown) {
  const parsed = reservationRequest.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Problem(400, 'invalid', 'The reservation cannot be read.', {
    errors: parsed.error.issues.map(({ path, message }) => ({ at: path.join('.'), message })),
  });
}
