import * as z from 'zod';
import { createDocument } from 'zod-openapi';
import * as answers from './answer-schemas.ts';
import { buyersEmail, idempotencyKey, reservationId, reservationRequest } from './schemas.ts';

const json = (schema: z.ZodType, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});
const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: answers.problem } },
});

const id = z.int().min(1).meta({ description: 'A show' });
const uuid = reservationId.meta({ description: 'A reservation' });
const readAfter = z.string().optional().meta({
  description: 'The token of a write that the answer must include; the cookie `read_after` does the same',
});
const noShow = { '404': problem('No such show') };
const noReservation = { '404': problem('No such reservation') };
const written = {
  'X-Read-After': z.string().optional().meta({ description: 'Token for reads that must see this write' }),
};

const bought = {
  ...written,
  'X-Ticket-Mail': z.literal('owed').optional().meta({
    description:
      'The ticket has not been mailed yet: the same request with the same key mails it (stages 1 to 7)',
  }),
};

/** The shop's interface as OpenAPI 3.1, from the schemas that validate requests. */
/** A client that is not told what became of its request asks again: that is safe, and resolves it. */
const UNKNOWN_OUTCOME =
  'Nothing was done, or with a type that ends in `outcome-unknown` it may have been: send the same request again';

export const openapi: object = createDocument({
  openapi: '3.1.0',
  info: { title: 'Scaling Tickets', version: '1.0.0', description: 'Shows, their seats, and reservations.' },
  paths: {
    '/shows': {
      get: {
        summary: 'All shows on sale, soonest first',
        requestParams: { header: z.object({ 'X-Read-After': readAfter }) },
        responses: { '200': json(z.array(answers.show), 'The shows') },
      },
    },
    '/shows/{id}': {
      get: {
        summary: 'One show',
        requestParams: { path: z.object({ id }) },
        responses: { '200': json(answers.show, 'The show'), ...noShow },
      },
    },
    '/shows/{id}/seats': {
      get: {
        summary: 'Every seat of a show, and whether it is sold',
        requestParams: { path: z.object({ id }), header: z.object({ 'X-Read-After': readAfter }) },
        responses: { '200': json(answers.seatMap, 'The seats'), ...noShow },
      },
    },
    '/shows/{id}/events': {
      get: {
        summary:
          'Seats of a show as they are sold and freed (server-sent events named `seats`; after `missed` load the seats again)',
        requestParams: { path: z.object({ id }) },
        responses: {
          '200': {
            description: 'A stream; the data of an event is `{showId, seats, sold}`',
            content: { 'text/event-stream': { schema: z.string() } },
          },
        },
      },
    },
    '/reservations': {
      get: {
        summary: 'A buyer’s reservations, the newest fifty, from all shards (stage 9)',
        requestParams: { query: z.object({ email: buyersEmail }) },
        responses: {
          '200': json(answers.ofBuyer, 'What the shards that answered hold'),
          '400': problem('No address'),
          '405': problem('This shop has no shards'),
          '503': problem('No shard answers'),
        },
      },
      post: {
        summary: 'Reserve 1 to 8 seats of a show, all or none',
        requestParams: {
          header: z.object({
            'Idempotency-Key': idempotencyKey.meta({
              description: 'The same key gives the same answer, however often the request is sent',
            }),
          }),
        },
        requestBody: { required: true, content: { 'application/json': { schema: reservationRequest } } },
        responses: {
          '200': {
            ...json(answers.reservation, 'The reservation that this key made, as it is now'),
            headers: z.object(bought),
          },
          '201': { ...json(answers.reservation, 'Reserved'), headers: z.object(bought) },
          '400': problem('Malformed request, or no key'),
          '404': problem('No such show or seat'),
          '409': problem('Seats are taken; none was reserved'),
          '410': problem('The show has begun'),
          '413': problem('Larger than 16 kB'),
          '415': problem('Not JSON'),
          '422': problem('The key was used with another request'),
          '503': problem(UNKNOWN_OUTCOME),
        },
      },
    },
    '/reservations/report': {
      get: {
        summary:
          'The ten best-selling shows, and what was sold per currency, added up on the shards (stage 9)',
        responses: {
          '200': json(answers.report, 'What the shards that answered have sold'),
          '404': problem('This shop has no shards'),
          '503': problem('No shard answers'),
        },
      },
    },
    '/reservations/{id}': {
      get: {
        summary: 'A reservation',
        requestParams: { path: z.object({ id: uuid }), header: z.object({ 'X-Read-After': readAfter }) },
        responses: { '200': json(answers.reservation, 'The reservation'), ...noReservation },
      },
      delete: {
        summary: 'Cancel a reservation and free its seats',
        requestParams: { path: z.object({ id: uuid }) },
        responses: {
          '200': { ...json(answers.reservation, 'Cancelled'), headers: z.object(written) },
          ...noReservation,
          '503': problem(UNKNOWN_OUTCOME),
        },
      },
    },
    '/reservations/{id}/ticket.pdf': {
      get: {
        summary: 'The ticket',
        requestParams: { path: z.object({ id: uuid }) },
        responses: {
          '200': { description: 'The ticket', content: { 'application/pdf': { schema: z.string() } } },
          '410': problem('The reservation was cancelled'),
          ...noReservation,
        },
      },
    },
  },
});
