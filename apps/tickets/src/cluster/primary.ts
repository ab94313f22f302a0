import cluster from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import type { Environment } from '../environment.ts';
import { flushLog, log } from '../log.ts';
import { clones } from './clones.ts';
import { control } from './control.ts';
import type { FromClone } from './messages.ts';

/** Runs the clones and serves nothing itself: the kernel's connections go round them. */
export async function runClones(env: Pick<Environment, 'boxAddress' | 'port' | 'workers'>): Promise<void> {
  const running = clones();
  const socket = await control(running, env);
  let stopping = false;

  cluster.on('message', async (worker, message: FromClone) => {
    if (message.kind !== 'all-metrics') return;
    const registry = AggregatorRegistry.aggregate(await running.metrics());
    const text = await registry.metrics();
    if (worker.isConnected()) worker.send({ kind: 'all-metrics', ask: message.ask, text });
  });

  async function stop(): Promise<void> {
    if (stopping) process.exit(1);
    stopping = true;
    socket.close();
    socket.closeAllConnections();
    await running.stopAll();
    flushLog();
    process.exit(0);
  }
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());

  await running.scale(env.workers);
  log.info({ clones: env.workers }, 'clones serve');
}
