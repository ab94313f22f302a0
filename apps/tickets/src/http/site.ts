import express, { type RequestHandler, type Response } from 'express';
import { countFile } from '../metrics.ts';
import { protectFile, protectPage } from './security-headers.ts';

/** Names that change with their content, by hash (assets/) or by edition (posters/v1/): kept for ever, everywhere. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
const NAMED_BY_CONTENT = /[\\/](?:assets|(?:posters|brochures)[\\/]v\d+)[\\/]/;
/** A browser asks each time; an edge may answer with what it was given up to ten seconds ago. */
const PAGE = 'public, max-age=0, s-maxage=10';
const OTHER = 'public, max-age=3600';

/** The storefront's built files, with ETags of their size and time, and in ranges for whoever asks. */
export function site(publicDir: string): RequestHandler {
  return express.static(publicDir, {
    cacheControl: false,
    dotfiles: 'ignore',
    redirect: false,
    setHeaders(res: Response, path) {
      res.on('finish', () => countFile(bytesSent(res)));
      protectFile(res);
      if (path.endsWith('.html')) {
        res.setHeader('Cache-Control', PAGE);
        protectPage(res);
      } else {
        res.setHeader('Cache-Control', NAMED_BY_CONTENT.test(path) ? IMMUTABLE : OTHER);
      }
    },
  });
}

/** Of the body: none in answer to a HEAD, or where the client has the file already (304). */
function bytesSent(res: Response): number {
  const whole = res.req.method === 'GET' && (res.statusCode === 200 || res.statusCode === 206);
  return whole ? Number(res.getHeader('Content-Length') ?? 0) : 0;
}
