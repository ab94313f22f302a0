import type { RequestListener } from 'node:http';
import express from 'express';
import type { Environment } from './environment.ts';
import { drain } from './http/drain.ts';
import { eventRoutes } from './http/event-routes.ts';
import { type Messages, messagesOf } from './http/messages.ts';
import { observed } from './http/observe.ts';
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
  readonly handler: RequestListener;
  /** What the server's requests and responses are made of. */
  readonly messages: Messages;
  readonly dependencies: readonly Dependency[];
  /** From now on /readyz says no, and every answer ends its connection. */
  drain(): void;
  /** Milliseconds since the last request that was no probe, while draining. */
  quietMs(): number;
  /** Ends the event streams, which would otherwise never end. */
  endStreams(): void;
}

/** The shop over these parts. Opens and starts nothing: `serve` does. */
export function createApp(
  parts: Parts,
  env: Pick<Environment, 'boxName' | 'region' | 'publicDir' | 'siteUrl'>,
): App {
  const app = express();
  // ETags of generated answers would cost a hash each; files get theirs from the file system.
  app.disable('etag').disable('x-powered-by');
  app.set('query parser', false);
  const leaving = drain();

  showRoutes(app, parts);
  reservationRoutes(app, parts, env);
  const endStreams = eventRoutes(app, parts);
  probeRoutes(app, readiness(parts.dependencies), leaving.begun);
  app.all('/reservations', onlyMethods('POST'));
  app.all('/reservations/:id', onlyMethods('GET', 'DELETE'));
  app.all(['/shows', '/shows/:id', '/shows/:id/seats', '/shows/:id/events'], onlyMethods('GET'));
  app.use(site(env.publicDir));
  app.use(() => {
    throw notFound('page');
  });
  app.use(renderProblem);

  return {
    handler: observed(app, env, leaving),
    messages: messagesOf(app),
    dependencies: parts.dependencies,
    drain: leaving.begin,
    quietMs: leaving.quietMs,
    endStreams,
  };
}
