import type { IRouter, Response } from 'express';
import type { JsonText, Store } from '../ports.ts';
import { notFound } from './problem.ts';
import { readOptions } from './read-after.ts';
import { MAX_ID } from './schemas.ts';

const SHOW_ID = /^[1-9]\d{0,9}$/;

/**
 * GET /shows, /shows/:id, /shows/:id/seats, passed unparsed from the store to the socket. First what is asked most: a
 * request is held against one route after the other.
 */
export function showRoutes(router: IRouter, { shows, reservations }: Store): void {
  router.get('/shows/:id/seats', async (req, res) => {
    sendJson(res, await reservations.seatMap(showOf(req.params.id), readOptions(req)));
  });
  router.get('/shows/:id', async (req, res) => {
    sendJson(res, await shows.find(showOf(req.params.id), readOptions(req)));
  });
  router.get('/shows', async (req, res) => {
    sendJson(res, await shows.list(readOptions(req)));
  });
}

/** The show's number in a path; what is no number names no show. By hand: most requests come through here. */
export function showOf(text: string): number {
  const id = SHOW_ID.test(text) ? Number(text) : 0;
  if (id < 1 || id > MAX_ID) throw notFound('show');
  return id;
}

function sendJson(res: Response, text: JsonText | null): void {
  if (text === null) throw notFound('show');
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  // As a string: it leaves in one write with its header. As bytes, a seat map costs the app a tenth more CPU.
  res.end(text);
}
