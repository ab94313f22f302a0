import cluster from 'node:cluster';
import { register } from '../metrics.ts';
import { ask, type FromClone, type ToClone } from './messages.ts';

let requests = 0;

/** One more request was answered; `clones list` shows them by clone. */
export function countRequest(): void {
  requests += 1;
}

/** In a clone: answers its primary, and stops when told to or when the primary is gone. */
export function obeyPrimary(stop: () => void): void {
  if (!cluster.isWorker) return;
  process.on('message', (message: ToClone) => {
    if (message.kind === 'drain') stop();
    if (message.kind === 'report') {
      const { user, system } = process.cpuUsage();
      const report = { cpuMicros: user + system, memoryBytes: process.memoryUsage.rss(), requests };
      tell({ kind: 'report', ask: message.ask, report });
    }
    if (message.kind === 'metrics') {
      void register
        .getMetricsAsJSON()
        .then((metrics) => tell({ kind: 'metrics', ask: message.ask, metrics }));
    }
  });
  process.on('disconnect', stop);
}

/** In a clone: it serves from now on. */
export function reportServing(): void {
  if (cluster.isWorker) tell({ kind: 'serving' });
}

function tell(message: FromClone): void {
  if (process.connected) process.send?.(message);
}

/** The metrics of this process, or of all clones together when there are some. */
export async function clonesMetrics(): Promise<{ contentType: string; text: string }> {
  const { contentType } = register;
  if (!cluster.isWorker) return { contentType, text: await register.metrics() };
  const { text } = await ask<Extract<ToClone, { kind: 'all-metrics' }>>(process, 'all-metrics');
  return { contentType, text };
}
