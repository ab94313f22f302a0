import type { RequestListener } from 'node:http';
import express, { type Express } from 'express';
import type { Environment } from './environment.ts';
import { drain } from './http/drain.ts';
import { eventRoutes } from './http/event-routes.ts';
import { type Messages, messagesOf } from './http/messages.ts';
import { observed } from './http/observe.ts';
import { overviewRoutes } from './http/overview-routes.ts';
import { pageRoutes } from './http/page-routes.ts';
import { probeRoutes } from './http/probe-routes.ts';
import { notFound, onlyMethods, renderProblem } from './http/problem.ts';
import { readiness } from './http/readiness.ts';
import { reservationRoutes } from './http/reservation-routes.ts';
import { salesRoutes } from './http/sales-routes.ts';
import { seatRoutes, showRoutes } from './http/show-routes.ts';
import { site } from './http/site.ts';
import type { Delivery, Dependency, Overview, Reservations, Sales, SeatFeed, Store } from './ports.ts';

/** What a stage is made of. */
export interface Parts extends Store {
  readonly delivery: Delivery;
  readonly feed: SeatFeed;
  /** Where reservations are spread over several databases: questions to all of them. */
  readonly overview?: Overview;
  readonly dependencies: readonly Dependency[];
  /** How old what is read here may be, in milliseconds, where that can be more than a moment. */
  readonly ageMs?: () => number;
}

/** What the service of the shows is made of; the reservations are the other service's. */
export interface ShowsParts extends Pick<Store, 'shows'> {
  readonly reservations: Pick<Reservations, 'seatMap'>;
  readonly sales: Sales;
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

type AppEnvironment = Pick<Environment, 'boxName' | 'region' | 'publicDir' | 'siteUrl' | 'maxStreams'>;

/** The shop over these parts. Opens and starts nothing: `serve` does. */
export function createApp(parts: Parts, env: AppEnvironment): App {
  return assemble(parts, env, (app, probes) => {
    seatRoutes(app, parts);
    showRoutes(app, parts);
    const endStreams = sellingRoutes(app, parts, env);
    pageRoutes(app, { ...parts, sales: undefined });
    salesRoutes(app, undefined);
    probes();
    refuseOthers(app, parts);
    app.use(site(env.publicDir));
    return endStreams;
  });
}

/** The service that shows what is on: the catalogue, the storefront, how shows are selling. */
export function createShows(parts: ShowsParts, env: AppEnvironment): App {
  return assemble(parts, env, (app, probes) => {
    showRoutes(app, parts);
    pageRoutes(app, parts);
    salesRoutes(app, parts.sales);
    probes();
    app.all(['/shows', '/shows/:id'], onlyMethods('GET'));
    app.use(site(env.publicDir));
    return () => undefined;
  });
}

/** The service that sells: seats, reservations, tickets, and the stream of what was sold. */
export function createReservations(parts: Parts, env: AppEnvironment): App {
  return assemble(parts, env, (app, probes) => {
    seatRoutes(app, parts);
    const endStreams = sellingRoutes(app, parts, env);
    pageRoutes(app, { ...parts, sales: undefined });
    probes();
    refuseOthers(app, parts);
    return endStreams;
  });
}

/** A process that serves nobody, but can be asked how it is: a worker. */
export function createProbes(dependencies: readonly Dependency[], env: AppEnvironment): App {
  return assemble({ dependencies }, env, (_, probes) => {
    probes();
    return () => undefined;
  });
}

/**
 * An app over some routes. `mount` takes the routes in the order in which they are looked through, those for machines where
 * it calls `probes`, and returns what ends the streams that it opens.
 */
function assemble(
  { dependencies, ageMs }: Pick<Parts, 'dependencies' | 'ageMs'>,
  env: AppEnvironment,
  mount: (app: Express, probes: () => void) => () => void,
): App {
  const app = express();
  // ETags of generated answers would cost a hash each; files get theirs from the file system.
  app.disable('etag').disable('x-powered-by');
  app.set('query parser', false);
  const leaving = drain();
  const endStreams = mount(app, () => probeRoutes(app, readiness(dependencies), leaving.begun));
  app.use(() => {
    throw notFound('page');
  });
  app.use(renderProblem);

  return {
    handler: observed(app, { ...env, ageMs }, leaving),
    messages: messagesOf(app),
    dependencies,
    drain: leaving.begin,
    quietMs: leaving.quietMs,
    endStreams,
  };
}

function sellingRoutes(app: Express, parts: Parts, env: AppEnvironment): () => void {
  if (parts.overview !== undefined) overviewRoutes(app, { overview: parts.overview, shows: parts.shows });
  reservationRoutes(app, parts, env);
  return eventRoutes(app, parts, env);
}

function refuseOthers(app: Express, { overview }: Pick<Parts, 'overview'>): void {
  app.all('/reservations', onlyMethods(...(overview === undefined ? ['POST'] : ['GET', 'POST'])));
  app.all('/reservations/:id', onlyMethods('GET', 'DELETE'));
  app.all(['/shows', '/shows/:id', '/shows/:id/seats', '/shows/:id/events'], onlyMethods('GET'));
}
