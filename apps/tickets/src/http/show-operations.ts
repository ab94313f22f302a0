import * as z from 'zod';
import * as answers from './answer-schemas.ts';
import { type Answer, type Headers, header, json, type Operation, problem } from './operation.ts';
import { READ_AFTER } from './read-after.ts';
import { showId } from './schemas.ts';

const OF_SHOW = z.object({ id: showId });
const NO_SUCH_SHOW = { 404: problem('There is no such show') };

const READ = {
  header: READ_AFTER.header.extend({
    'If-None-Match': z
      .string()
      .optional()
      .meta({ description: 'The ETag of the version that the client has' }),
  }),
  cookie: READ_AFTER.cookie,
};
const VERSIONED = header('ETag', 'Names this version of the answer');
const VARIED = { ...VERSIONED, ...header('Vary', 'The answer depends on these headers of the request') };

const unchanged = (headers: Headers): Readonly<Record<304, Answer>> => ({
  304: { description: 'The client has this version', headers },
});

export const shows: Operation = {
  operationId: 'shows',
  summary: 'All shows on sale, soonest first',
  requestParams: READ,
  responses: { 200: json(z.array(answers.show), 'The shows', VERSIONED), ...unchanged(VERSIONED) },
};

export const show: Operation = {
  operationId: 'show',
  summary: 'One show',
  requestParams: { path: OF_SHOW, ...READ },
  responses: { 200: json(answers.show, 'The show', VERSIONED), ...unchanged(VERSIONED), ...NO_SUCH_SHOW },
};

export const seatMap: Operation = {
  operationId: 'seatMap',
  summary: 'Every seat of a show, and whether it is sold',
  requestParams: { path: OF_SHOW, ...READ },
  responses: { 200: json(answers.seatMap, 'The seats', VARIED), ...unchanged(VARIED), ...NO_SUCH_SHOW },
};

export const watchSeats: Operation = {
  operationId: 'watchSeats',
  summary: 'The seats of a show as they are sold and freed',
  description:
    'Server-sent events. The data of an event `seats` is `{showId, seats, sold}`. After an event `missed` the client must load the seats again.',
  requestParams: { path: OF_SHOW },
  responses: {
    200: {
      description: 'A stream, which lasts until one side ends it',
      headers: header('X-Accel-Buffering', 'Asks proxies to pass each event on at once'),
      // OpenAPI 3.1 has no schema for the events of a stream.
      content: { 'text/event-stream': {} },
    },
    ...NO_SUCH_SHOW,
  },
};

export const showPage: Operation = {
  operationId: 'showPage',
  summary: 'All that the page of a show needs',
  requestParams: { path: OF_SHOW, ...READ_AFTER },
  responses: {
    200: json(answers.showPage, 'What came in time; the rest is null, and named in `missing`'),
    ...NO_SUCH_SHOW,
  },
};

export const sellingFast: Operation = {
  operationId: 'sellingFast',
  summary: 'Shows that are selling fast, most seats first',
  responses: { 200: json(answers.sellingFast, 'The shows; none in a stage that does not count sales') },
};
