import cluster from 'node:cluster';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from './app.ts';
import { obeyPrimary, reportServing } from './cluster/clone.ts';
import { runClones } from './cluster/primary.ts';
import type { Environment } from './environment.ts';
import { flushLog, log } from './log.ts';
import { collectProcessMetrics } from './metrics.ts';
import { httpServer } from './server.ts';

/** Load balancers ask /readyz up to twice a second and believe the second no: until then requests still come. */
const NOTICE_MS = 1000;
/** From the signal to the end, whatever hangs: 10 s, less what closing the dependencies may take. */
const FINISH_MS = 7000;

/**
 * Runs the shop: owns port, signals and draining. SIGTERM or SIGINT: /readyz says no at once, requests are served for
 * another second, then no new ones are taken, those in flight are finished, the dependencies are closed, and the
 * process exits 0, within 10 s. With more than one worker each runs `start` in a process of its own.
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
  const server = httpServer(app.handler);
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
  // A clone's connections are not given to it any more once it stops listening: nobody has to notice first.
  if (cluster.isWorker) server.close();
  await Promise.race([closed, sleep(NOTICE_MS)]);
  if (server.listening) server.close();
  app.endStreams();
  server.closeIdleConnections();
  await Promise.race([closed, sleep(FINISH_MS)]);
  server.closeAllConnections();
  const closings = await Promise.allSettled(app.dependencies.map((dependency) => dependency.close()));
  for (const closing of closings) {
    if (closing.status === 'rejected') log.warn({ err: closing.reason }, 'a dependency did not close');
  }
  log.info('stopped');
}
