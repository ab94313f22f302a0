import type { RequestListener } from 'node:http';
import type { Express, Request } from 'express';
import { countRequest } from '../cluster/clone.ts';
import type { Environment } from '../environment.ts';
import { logRequest } from '../log.ts';
import { requestTook } from '../metrics.ts';
import type { Drain } from './drain.ts';
import { requestId } from './request-id.ts';
import { protect } from './security-headers.ts';

/** A read that took longer is worth a line of its own. */
const SLOW_MS = 1000;
/** Replication takes a moment; from here on whoever reads should know. */
const OLD_MS = 2000;
/** The client left before it had its answer. */
const GONE = 499;

/**
 * Around the whole app: says which box answers, gives the request its id, tells `drain` of it, and when its answer is
 * out measures and logs it. Writes, failures and slow answers are logged at `info`, every other request at `debug`.
 *
 * Not a middleware: every request passes here, and a layer of Express costs several times what is done in it.
 */
export function observed(
  app: Express,
  env: Pick<Environment, 'boxName' | 'region'> & { readonly ageMs: (() => number) | undefined },
  drain: Drain,
): RequestListener {
  return (req, res) => {
    const started = performance.now();
    const request = requestId(req.headers['x-request-id']);
    res.setHeader('X-Request-Id', request);
    res.setHeader('X-Served-By', env.boxName);
    res.setHeader('X-Region', env.region);
    protect(res);
    const age = env.ageMs?.() ?? 0;
    if (age > OLD_MS) res.setHeader('X-Data-Age', (age / 1000).toFixed(1));
    drain.asked(req, res);
    res.on('close', () => {
      const ms = performance.now() - started;
      const status = res.writableFinished ? res.statusCode : GONE;
      const [path = ''] = (req as Request).originalUrl.split('?', 1);
      measure(req as Request, res.statusCode, ms);
      logRequest(levelOf(req.method, status, ms), {
        box: env.boxName,
        request,
        method: req.method ?? '',
        path,
        status,
        ms,
      });
    });
    app(req, res);
  };
}

function measure(req: Request, status: number, ms: number): void {
  countRequest();
  const route = (req.route as { path?: string } | undefined)?.path ?? 'other';
  // A stream lives as long as somebody watches: its time is no answer time.
  if (route !== '/shows/:id/events') requestTook(`${req.method} ${route} ${status}`, ms / 1000);
}

function levelOf(method: string | undefined, status: number, ms: number): 'debug' | 'info' | 'warn' {
  if (status >= 500) return 'warn';
  return method === 'GET' && status < 400 && ms < SLOW_MS ? 'debug' : 'info';
}
