import type { RequestListener } from 'node:http';
import type { Express, Request, Response } from 'express';
import { countRequest } from '../cluster/clone.ts';
import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import { requestTook } from '../metrics.ts';
import type { Drain } from './drain.ts';
import { requestId } from './request-id.ts';

/** A read that took longer is worth a line of its own. */
const SLOW_MS = 1000;

/**
 * Around the whole app: says which box answers, gives the request its id, tells `drain` of it, and when its answer is
 * out measures and logs it. Writes, failures and slow answers are logged at `info`, every other request at `debug`.
 *
 * Not a middleware: every request passes here, and a layer of Express costs several times what is done in it.
 */
export function observed(
  app: Express,
  env: Pick<Environment, 'boxName' | 'region'>,
  drain: Drain,
): RequestListener {
  return (req, res) => {
    const started = performance.now();
    res.setHeader('X-Request-Id', requestId(req.headers['x-request-id']));
    res.setHeader('X-Served-By', env.boxName);
    res.setHeader('X-Region', env.region);
    drain.asked(req, res);
    res.on('close', () => ended(req as Request, res as Response, performance.now() - started));
    app(req, res);
  };
}

function ended(req: Request, res: Response, ms: number): void {
  countRequest();
  const route = (req.route as { path?: string } | undefined)?.path ?? 'other';
  // A stream lives as long as somebody watches: its time is no answer time.
  if (route !== '/shows/:id/events') requestTook(`${req.method} ${route} ${res.statusCode}`, ms / 1000);
  const level = levelOf(req, res, ms);
  if (!log.isLevelEnabled(level)) return;
  log[level](
    {
      request: res.getHeader('X-Request-Id'),
      method: req.method,
      path: req.originalUrl,
      status: res.writableFinished ? res.statusCode : 499,
      ms: Math.round(ms * 10) / 10,
    },
    'request',
  );
}

function levelOf(req: Request, res: Response, ms: number): 'debug' | 'info' | 'warn' {
  if (res.statusCode >= 500) return 'warn';
  return req.method === 'GET' && res.statusCode < 400 && ms < SLOW_MS ? 'debug' : 'info';
}
