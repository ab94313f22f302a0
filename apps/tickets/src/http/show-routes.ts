import { type Response, Router } from 'express';
import type { JsonText, Store } from '../ports.ts';
import { notFound } from './problem.ts';
import { readOptions } from './read-after.ts';
import { showId } from './schemas.ts';

/** GET /shows, /shows/:id, /shows/:id/seats: what is read most, passed unparsed from the store to the socket. */
export function showRoutes({ shows, reservations }: Store): Router {
  const router = Router();
  router.get('/shows', async (req, res) => {
    sendJson(res, await shows.list(readOptions(req)));
  });
  router.get('/shows/:id', async (req, res) => {
    sendJson(res, await shows.find(showOf(req.params.id), readOptions(req)));
  });
  router.get('/shows/:id/seats', async (req, res) => {
    sendJson(res, await reservations.seatMap(showOf(req.params.id), readOptions(req)));
  });
  return router;
}

/** The show's number in a path; what is no number names no show. */
export function showOf(text: string): number {
  const parsed = showId.safeParse(text);
  if (!parsed.success) throw notFound('show');
  return parsed.data;
}

function sendJson(res: Response, text: JsonText | null): void {
  if (text === null) throw notFound('show');
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(text);
}
