import * as z from 'zod';
import { reservationId, showId, ticketBy } from './schemas.ts';

/*
 * What the shop answers, as its document describes it. Answers are not validated on their way out; the tests compare each
 * of them with its schema.
 */

const amount = z.int().min(0);
const time = z.iso.datetime({ offset: true });

export const show = z
  .object({
    id: showId,
    slug: z.string(),
    title: z.string(),
    artist: z.string(),
    venue: z.string(),
    city: z.string(),
    startsAt: time,
    fromCents: amount,
    currency: z.string(),
    poster: z.string().meta({ description: 'The path of its poster' }),
    description: z.string(),
  })
  .meta({ id: 'Show' });

export const seatMap = z
  .object({
    showId,
    seats: z.array(
      z.object({
        seat: z.int().min(1),
        row: z.string(),
        number: z.int().min(1),
        priceCents: amount,
        sold: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'SeatMap' });

export const sellingFast = z
  .array(z.object({ showId, seats: z.int().min(1) }))
  .meta({ id: 'SellingFast', description: 'Shows of which many seats were sold within the last minutes' });

export const showPage = z
  .object({
    show: show.nullable(),
    seats: seatMap.nullable(),
    selling: sellingFast.nullable(),
    missing: z.array(z.enum(['show', 'seats', 'selling'])).meta({ description: 'What did not come in time' }),
  })
  .meta({ id: 'ShowPage' });

export const reservation = z
  .object({
    id: reservationId,
    token: z
      .string()
      .meta({ description: 'The management token, with which a client reads and cancels the reservation' }),
    showId,
    seats: z.array(z.int().min(1)),
    name: z.string(),
    email: z.string(),
    ticket: ticketBy,
    totalCents: amount,
    status: z.enum(['confirmed', 'cancelled']),
    createdAt: time,
  })
  .meta({ id: 'Reservation' });

const missing = z.array(z.string()).meta({
  description: 'Shards that did not answer in time: what they hold is not in this answer',
});

export const ofBuyer = z
  .object({
    reservations: z.array(reservation),
    missing,
  })
  .meta({ id: 'OfBuyer' });

export const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    instance: z.string().optional(),
    seats: z.array(z.int()).optional().meta({ description: 'The seats that are taken or do not exist' }),
    shard: z.string().optional().meta({ description: 'The shard that cannot answer' }),
    errors: z.array(z.object({ at: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
