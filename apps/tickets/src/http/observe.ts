import type { Request, RequestHandler, Response } from 'express';
import { countRequest } from '../cluster/clone.ts';
import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import { requestDuration } from '../metrics.ts';
import { requestId } from './request-id.ts';

/** A read that took longer is worth a line of its own. */
const SLOW_MS = 1000;

/**
 * First of all middleware: says which box answers, gives the request its id, and when its answer is out measures and
 * logs it. Writes, failures and slow answers are logged at `info`, every other request at `debug`.
 */
export function observe(env: Pick<Environment, 'boxName' | 'region'>): RequestHandler {
  return (req, res, next) => {
    const started = performance.now();
    res.setHeader('X-Request-Id', requestId(req.headers['x-request-id']));
    res.setHeader('X-Served-By', env.boxName);
    res.setHeader('X-Region', env.region);
    res.on('close', () => ended(req, res, performance.now() - started));
    next();
  };
}

function ended(req: Request, res: Response, ms: number): void {
  countRequest();
  const route = (req.route as { path?: string } | undefined)?.path ?? 'other';
  // A stream lives as long as somebody watches: its time is no answer time.
  if (route !== '/shows/:id/events')
    requestDuration(`${req.method} ${route} ${res.statusCode}`).observe(ms / 1000);
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
