import * as z from 'zod';
import { ticketBy } from './schemas.ts';

/** What the shop answers, for openapi.json only: answers are not validated on their way out. */
export const show = z
  .object({
    id: z.int(),
    slug: z.string(),
    title: z.string(),
    artist: z.string(),
    venue: z.string(),
    city: z.string(),
    startsAt: z.iso.datetime({ offset: true }),
    fromCents: z.int(),
    currency: z.string(),
    poster: z.string(),
    description: z.string(),
  })
  .meta({ id: 'Show' });

export const seatMap = z
  .object({
    showId: z.int(),
    seats: z.array(
      z.object({
        seat: z.int(),
        row: z.string(),
        number: z.int(),
        priceCents: z.int(),
        sold: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'SeatMap' });

export const reservation = z
  .object({
    id: z.uuid(),
    showId: z.int(),
    seats: z.array(z.int()),
    name: z.string(),
    email: z.string(),
    ticket: ticketBy,
    totalCents: z.int(),
    status: z.enum(['confirmed', 'cancelled']),
    createdAt: z.iso.datetime({ offset: true }),
  })
  .meta({ id: 'Reservation' });

const missing = z.array(z.string()).meta({
  description: 'Shards that did not answer in time: what they hold is not in this answer',
});

const takings = { reservations: z.int(), seats: z.int(), revenueCents: z.int() };

export const ofBuyer = z.object({ reservations: z.array(reservation), missing }).meta({ id: 'OfBuyer' });

export const report = z
  .object({
    topShows: z.array(
      z.object({
        showId: z.int(),
        ...takings,
        title: z.string(),
        artist: z.string(),
        currency: z.string(),
      }),
    ),
    totals: z.array(z.object({ currency: z.string(), ...takings })),
    missing,
  })
  .meta({ id: 'Report' });

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
