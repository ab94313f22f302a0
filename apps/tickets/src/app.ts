import type { RequestListener } from 'node:http';
import express from 'express';
import type { Environment } from './environment.ts';
import { documentRoutes, joinedDocumentRoutes, partialDocumentRoutes } from './http/document-routes.ts';
import { drain } from './http/drain.ts';
import { eventRoutes } from './http/event-routes.ts';
import { type Messages, messagesOf } from './http/messages.ts';
import { observed } from './http/observe.ts';
import { overviewRoutes } from './http/overview-routes.ts';
import { pageRoutes } from './http/page-routes.ts';
import { probeRoutes } from './http/probe-routes.ts';
import { notFound, renderProblem } from './http/problem.ts';
import { type ReadAfter, readAfter } from './http/read-after.ts';
import { readiness } from './http/readiness.ts';
import { reservationRoutes } from './http/reservation-routes.ts';
import { type Routes, routesOf } from './http/routes.ts';
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
  return assemble({ ...parts, publicDir: env.publicDir }, env, (routes, probes) => {
    const after = readAfter(env);
    seatRoutes(routes, parts, after);
    showRoutes(routes, parts, after);
    const endStreams = sellingRoutes(routes, parts, { ...env, after });
    pageRoutes(routes, { ...parts, sales: undefined }, after);
    salesRoutes(routes, undefined);
    documentRoutes(routes, after);
    probes();
    return endStreams;
  });
}

/** The service that shows what is on: the catalogue, the storefront, how shows are selling. */
export function createShows(
  parts: ShowsParts,
  env: AppEnvironment & Pick<Environment, 'reservationsUrl'>,
): App {
  return assemble({ ...parts, publicDir: env.publicDir }, env, (routes, probes) => {
    const after = readAfter(env);
    showRoutes(routes, parts, after);
    pageRoutes(routes, parts, after);
    salesRoutes(routes, parts.sales);
    joinedDocumentRoutes(routes, after, env);
    probes();
    return () => undefined;
  });
}

/** The service that sells: seats, reservations, tickets, and the stream of what was sold. */
export function createReservations(parts: Parts, env: AppEnvironment): App {
  return assemble(parts, env, (routes, probes) => {
    const after = readAfter(env);
    seatRoutes(routes, parts, after);
    partialDocumentRoutes(routes, after);
    const endStreams = sellingRoutes(routes, parts, { ...env, after });
    pageRoutes(routes, { ...parts, sales: undefined }, after);
    probes();
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
 * An app over some routes, and over the files of the storefront where there is a `publicDir`. `mount` adds the routes in the
 * order in which they are looked through, those for machines where it calls `probes`, and returns what ends the streams that
 * it opens.
 */
function assemble(
  { dependencies, ageMs, publicDir }: Pick<Parts, 'dependencies' | 'ageMs'> & { readonly publicDir?: string },
  env: AppEnvironment,
  mount: (routes: Routes, probes: () => void) => () => void,
): App {
  const app = express();
  // ETags of generated answers would cost a hash each; files get theirs from the file system.
  app.disable('etag').disable('x-powered-by');
  app.set('query parser', false);
  const leaving = drain();
  const routes = routesOf(app);
  const endStreams = mount(routes, () => probeRoutes(routes, readiness(dependencies), leaving.begun));
  routes.refuseOtherMethods();
  if (publicDir !== undefined) app.use(site(publicDir));
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

function sellingRoutes(
  routes: Routes,
  parts: Parts,
  env: AppEnvironment & { readonly after: ReadAfter },
): () => void {
  if (parts.overview !== undefined) overviewRoutes(routes, { overview: parts.overview, shows: parts.shows });
  reservationRoutes(routes, parts, env.after);
  return eventRoutes(routes, parts, env);
}
