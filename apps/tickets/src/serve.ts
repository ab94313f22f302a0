import cluster from 'node:cluster';
import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from './app.ts';
import { obeyPrimary, reportServing } from './cluster/clone.ts';
import { runClones } from './cluster/primary.ts';
import type { Environment } from './environment.ts';
import { flushLog, log } from './log.ts';
import { collectProcessMetrics } from './metrics.ts';
import { httpServer } from './server.ts';

/**
 * Load balancers ask /readyz up to twice a second and believe the second no: until then requests still come. So
 * serving goes on for a second, and then until none has come for a while.
 */
const NOTICE = { least: 1000, quiet: 250, most: 3000 };
/** Requests in flight have this long; with NOTICE and what the dependencies may take that makes 10 s. */
const FINISH_MS = 5000;
const CLOSE_MS = 2000;

/**
 * Runs the shop: owns port, signals and draining. SIGTERM or SIGINT: /readyz says no at once, requests are served
 * until the load balancer has noticed, then no new ones are taken, those in flight are finished, the dependencies are
 * closed, and the process exits 0, within 10 s. With more than one worker each runs `start` in a process of its own.
 */
export async function serve(env: Environment, start: () => App | Promise<App>): Promise<void> {
  try {
    await (cluster.isPrimary && env.workers > 1 ? runClones(env) : serveHere(env, start));
  } catch (error) {
    log.fatal({ err: error }, 'the shop cannot start');
    flushLog();
    process.exit(1);
  }
}

async function serveHere(env: Environment, start: () => App | Promise<App>): Promise<void> {
  let running: { readonly app: App; readonly server: Server } | undefined;
  let stopping = false;

  async function stop(): Promise<void> {
    if (stopping) return;
    stopping = true;
    if (running !== undefined) await drain(running);
    flushLog();
    process.exit(0);
  }
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
  obeyPrimary(() => void stop());

  collectProcessMetrics();
  const app = await start();
  const urls = [env.siteUrl, env.showsUrl, env.reservationsUrl];
  const server = httpServer(app.handler, app.messages, urls);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(env.port, env.boxAddress, resolve);
  });
  running = { app, server };
  reportServing();
  log.info({ address: env.boxAddress, port: env.port }, 'serving');
}

async function drain({ app, server }: { app: App; server: Server }): Promise<void> {
  log.info('draining');
  app.drain();
  const closed = new Promise((resolve) => server.once('close', resolve));
  // The clones' primary gives connections to the others from now on. Connections that are there stay until their next
  // answer (http's own close would cut those that are idle, and with them requests on their way).
  if (cluster.isWorker) NetServer.prototype.close.call(server);
  await Promise.race([closed, unnoticed(app)]);
  if (server.listening) server.close();
  app.endStreams();
  server.closeIdleConnections();
  await Promise.race([closed, sleep(FINISH_MS)]);
  server.closeAllConnections();
  await Promise.race([closeAll(app), sleep(CLOSE_MS)]);
  log.info('stopped');
}

async function closeAll({ dependencies }: App): Promise<void> {
  const closings = await Promise.allSettled(dependencies.map((dependency) => dependency.close()));
  for (const closing of closings) {
    if (closing.status === 'rejected') log.warn({ err: closing.reason }, 'a dependency did not close');
  }
}

/** Until requests have stopped coming, within NOTICE. */
async function unnoticed(app: App): Promise<void> {
  await sleep(NOTICE.least);
  const deadline = performance.now() + NOTICE.most - NOTICE.least;
  while (app.quietMs() < NOTICE.quiet && performance.now() < deadline) await sleep(50);
}
