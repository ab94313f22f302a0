import type { Request, Response } from 'express';
import type { JsonText, ReadNote, Store } from '../ports.ts';
import { notFound } from './problem.ts';
import type { ReadAfter } from './read-after.ts';
import type { Routes } from './routes.ts';
import { MAX_ID } from './schemas.ts';
import * as operations from './show-operations.ts';

/**
 * What is on changes with the season, so anybody on the way may keep it for five seconds, and show it for half a minute
 * more while fetching it anew. Which seats are sold changes by the second: at most a browser keeps that, and asks
 * each time whether it still holds.
 */
const CATALOGUE = 'public, max-age=5, stale-while-revalidate=30';
const SEATS = 'private, no-cache';
/** Taken, and not with a weight of 0. */
const GZIP = /(?:^|[,\s])gzip(?!\s*;\s*q=0(?:\.0*)?(?:\s*,|\s*$))/i;
const SHOW_ID = /^[1-9]\d{0,9}$/;

/** GET /shows/:id/seats, passed unparsed from the store to the socket. */
export function seatRoutes(
  routes: Routes,
  { reservations }: Pick<Store, 'reservations'>,
  { optionsOf }: ReadAfter,
): void {
  routes.add('get', '/shows/:id/seats', operations.seatMap, async (req, res) => {
    const options = optionsOf(req);
    sendJson(req, res, await reservations.seatMap(showOf(req.params.id), options), {
      note: options.note,
      keep: SEATS,
    });
  });
}

/**
 * GET /shows, /shows/:id. First what is asked most: a request is held against one route after the other, and the seats
 * before all.
 */
export function showRoutes(routes: Routes, { shows }: Pick<Store, 'shows'>, { optionsOf }: ReadAfter): void {
  routes.add('get', '/shows/:id', operations.show, async (req, res) => {
    const options = optionsOf(req);
    sendJson(req, res, await shows.find(showOf(req.params.id), options), {
      note: options.note,
      keep: CATALOGUE,
    });
  });
  routes.add('get', '/shows', operations.shows, async (req, res) => {
    const options = optionsOf(req);
    sendJson(req, res, await shows.list(options), { note: options.note, keep: CATALOGUE });
  });
}

/** The show's number in a path; what is no number names no show. By hand: most requests come through here. */
export function showOf(text: string): number {
  const id = SHOW_ID.test(text) ? Number(text) : 0;
  if (id < 1 || id > MAX_ID) throw notFound('show');
  return id;
}

/** What an answer says about itself: how it came about, and who may keep it. */
interface Told {
  readonly note: ReadNote;
  readonly keep: string;
}

function sendJson(req: Request, res: Response, text: JsonText | null, told: Told): void {
  const { note, keep } = told;
  if (note.cache !== undefined) res.setHeader('X-Cache', note.cache);
  if (text === null) throw notFound('show');
  res.setHeader('Cache-Control', keep);
  const packed = keep === SEATS ? packedFor(req, res, note) : undefined;
  if (note.version !== undefined) {
    const tag = packed === undefined ? `"${note.version}"` : `"${note.version}-gzip"`;
    res.setHeader('ETag', tag);
    if (req.headers['if-none-match'] === tag) {
      res.statusCode = 304;
      res.end();
      return;
    }
  }
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  if (packed !== undefined) res.setHeader('Content-Encoding', 'gzip');
  const body = packed ?? text;
  // As a string: it leaves in one write with its header. As bytes, a seat map costs the app a tenth more CPU. And what is
  // plain ASCII, as nearly all is, Node need not encode.
  const bytes = packed !== undefined || Buffer.byteLength(body) === body.length;
  res.end(body, bytes ? 'latin1' : 'utf8');
}

/**
 * The answer in gzip, for a client that reads it, if it is at hand: compressing it here would cost more than sending it.
 * Not of what others keep on the way, who would keep each answer twice.
 */
function packedFor(req: Request, res: Response, { gzip }: ReadNote): string | undefined {
  if (gzip === undefined) return undefined;
  res.setHeader('Vary', 'Accept-Encoding');
  return GZIP.test(req.headers['accept-encoding'] ?? '') ? gzip : undefined;
}
