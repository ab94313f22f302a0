import * as z from 'zod';
import * as answers from './answer-schemas.ts';
import { AUTHENTICATE, header, json, type Operation, problem, RETRY_AFTER } from './operation.ts';
import { READ_AFTER, WRITTEN } from './read-after.ts';
import { idempotencyKey, linkRequest, reservationId, reservationRequest } from './schemas.ts';
import { needs } from './secrets.ts';

/** A client that is not told what became of its request asks again: that is safe, and resolves it. */
const UNDECIDED = {
  503: problem(
    'Nothing was done, or with a type that ends in `outcome-unknown` it may have been: send the same request again',
    RETRY_AFTER,
  ),
};
const OF_RESERVATION = z.object({ id: reservationId });
const NOT_WITH_THIS_TOKEN = {
  401: problem('No management token', AUTHENTICATE),
  404: problem('There is no such reservation, or the token is not its own'),
};

/** What can be done next with the reservation that an answer holds. */
const LINKS = Object.fromEntries(
  ['reservation', 'cancel', 'ticket'].map((operationId) => [
    operationId,
    { operationId, parameters: { id: '$response.body#/id' } },
  ]),
);

const MADE = {
  ...WRITTEN,
  ...header('Location', 'The path of the reservation'),
  ...header(
    'X-Ticket-Mail',
    'The ticket has not been mailed yet: the same request with the same key mails it',
    z.literal('owed'),
  ),
};

export const reserve: Operation = {
  operationId: 'reserve',
  summary: 'Reserve 1 to 8 seats of a show, all or none',
  description:
    'The answer has the management token of the reservation. The same request with the same key answers the same token.',
  requestParams: { header: z.object({ 'Idempotency-Key': idempotencyKey }) },
  requestBody: { required: true, content: { 'application/json': { schema: reservationRequest } } },
  responses: {
    200: {
      ...json(answers.reservation, 'The reservation that this key made, as it is now', {
        ...MADE,
        ...header('Idempotency-Replayed', 'The key was known', z.literal('true')),
      }),
      links: LINKS,
    },
    201: { ...json(answers.reservation, 'Reserved', MADE), links: LINKS },
    400: problem('The request cannot be read, or has no key'),
    404: problem('There is no such show or seat'),
    409: problem('Seats are taken; none was reserved'),
    410: problem('The show has begun'),
    413: problem('The body is larger than 16 kB'),
    415: problem('The body is not JSON in UTF-8'),
    422: problem('The key was used with another request'),
    ...UNDECIDED,
  },
};

export const reservation: Operation = {
  operationId: 'reservation',
  summary: 'A reservation',
  ...needs('managementToken'),
  requestParams: { path: OF_RESERVATION, ...READ_AFTER },
  responses: { 200: json(answers.reservation, 'The reservation'), ...NOT_WITH_THIS_TOKEN },
};

export const cancel: Operation = {
  operationId: 'cancel',
  summary: 'Cancel a reservation and free its seats',
  ...needs('managementToken'),
  requestParams: { path: OF_RESERVATION },
  responses: {
    200: json(answers.reservation, 'Cancelled', WRITTEN),
    ...NOT_WITH_THIS_TOKEN,
    409: problem('The show has begun'),
    ...UNDECIDED,
  },
};

export const ticket: Operation = {
  operationId: 'ticket',
  summary: 'The ticket of a reservation',
  ...needs('managementToken'),
  requestParams: { path: OF_RESERVATION, ...READ_AFTER },
  responses: {
    200: {
      description: 'The ticket',
      headers: header('Content-Disposition', 'The name of the file'),
      content: { 'application/pdf': { schema: z.string() } },
    },
    ...NOT_WITH_THIS_TOKEN,
    410: problem('The reservation was cancelled'),
  },
};

export const mailLink: Operation = {
  operationId: 'mailLink',
  summary: 'Mail a link to the reservations of an address, to that address',
  description: 'The answer is the same whether or not the address has reservations.',
  requestBody: { required: true, content: { 'application/json': { schema: linkRequest } } },
  responses: {
    202: { description: 'A link will be mailed' },
    400: problem('The request cannot be read'),
    413: problem('The body is larger than 16 kB'),
    415: problem('The body is not JSON in UTF-8'),
    429: problem('The address was mailed several links a moment ago', RETRY_AFTER),
  },
};

export const ofBuyer: Operation = {
  operationId: 'reservationsOfBuyer',
  summary: 'The newest fifty reservations of the address that a link was mailed to, from all shards',
  ...needs('mailedLink'),
  responses: {
    200: json(answers.ofBuyer, 'The reservations on the shards that answered'),
    401: problem('No token of a mailed link, or one that is no longer good', AUTHENTICATE),
  },
};
