import express, { type Express } from 'express';
import type { Environment } from './environment.ts';
import { eventRoutes } from './http/event-routes.ts';
import { observe } from './http/observe.ts';
import { probeRoutes } from './http/probe-routes.ts';
import { notFound, onlyMethods, renderProblem } from './http/problem.ts';
import { readiness } from './http/readiness.ts';
import { reservationRoutes } from './http/reservation-routes.ts';
import { showRoutes } from './http/show-routes.ts';
import { site } from './http/site.ts';
import type { Delivery, Dependency, SeatFeed, Store } from './ports.ts';

/** What a stage is made of. */
export interface Parts extends Store {
  readonly delivery: Delivery;
  readonly feed: SeatFeed;
  readonly dependencies: readonly Dependency[];
}

export interface App {
  readonly handler: Express;
  readonly dependencies: readonly Dependency[];
  /** From now on /readyz says no, and every answer ends its connection. */
  drain(): void;
  /** Milliseconds since the last request that was no probe, while draining. */
  quietMs(): number;
  /** Ends the event streams, which would otherwise never end. */
  endStreams(): void;
}

const PROBES = new Set(['/readyz', '/healthz', '/metrics']);

/** The shop over these parts. Opens and starts nothing: `serve` does. */
export function createApp(
  parts: Parts,
  env: Pick<Environment, 'boxName' | 'region' | 'publicDir' | 'siteUrl'>,
): App {
  const handler = express();
  // ETags of generated answers would cost a hash each; files get theirs from the file system.
  handler.disable('etag').disable('x-powered-by');
  handler.set('query parser', false);
  const events = eventRoutes(parts);
  let draining = false;
  let askedAt = 0;

  handler.use(observe(env));
  handler.use((req, res, next) => {
    if (draining) {
      // Whoever asks again opens a connection, and opens it elsewhere.
      res.setHeader('Connection', 'close');
      if (!PROBES.has(req.path)) askedAt = performance.now();
    }
    next();
  });
  handler.use(showRoutes(parts));
  handler.use(reservationRoutes(parts, env));
  handler.use(events.router);
  handler.use(probeRoutes(readiness(parts.dependencies), () => draining));
  handler.all('/reservations', onlyMethods('POST'));
  handler.all('/reservations/:id', onlyMethods('GET', 'DELETE'));
  handler.all(['/shows', '/shows/:id', '/shows/:id/seats', '/shows/:id/events'], onlyMethods('GET'));
  handler.use(site(env.publicDir));
  handler.use(() => {
    throw notFound('page');
  });
  handler.use(renderProblem);

  return {
    handler,
    dependencies: parts.dependencies,
    drain() {
      draining = true;
      askedAt = performance.now();
    },
    quietMs: () => performance.now() - askedAt,
    endStreams: events.end,
  };
}
