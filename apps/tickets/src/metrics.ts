import { Counter, collectDefaultMetrics, Gauge, Histogram, register } from 'prom-client';
import { pools } from './stores/pool.ts';
import type { Replica } from './stores/replica.ts';

const duration = new Histogram({
  name: 'tickets_request_duration_seconds',
  help: 'Time from the request to the end of its answer',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5],
});

const reads = new Counter({
  name: 'tickets_database_reads_total',
  help: 'Reads by the database that answered them',
  labelNames: ['target'],
});

const deliveries = new Counter({
  name: 'tickets_deliveries_total',
  help: 'Tickets rendered and mailed',
  labelNames: ['outcome'],
});

const deliveryDuration = new Histogram({
  name: 'tickets_delivery_duration_seconds',
  help: 'Time to render and mail one ticket',
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

new Gauge({
  name: 'tickets_pool_connections',
  help: 'Connections of a pool, and requests that wait for one',
  labelNames: ['database', 'state'],
  collect() {
    this.reset();
    for (const { name, size } of pools) {
      this.set({ database: name, state: 'in-use' }, size.total - size.idle);
      this.set({ database: name, state: 'idle' }, size.idle);
      this.set({ database: name, state: 'waiting' }, size.waiting);
    }
  },
});

const watched = new Set<Replica>();

new Gauge({
  name: 'tickets_replica_lag_seconds',
  help: 'How long ago the primary wrote what the replica has yet to replay',
  labelNames: ['replica'],
  aggregator: 'max',
  collect() {
    for (const one of watched) this.set({ replica: one.name }, one.lagMs / 1000);
  },
});

new Gauge({
  name: 'tickets_replica_up',
  help: '1 while the replica answers',
  labelNames: ['replica'],
  aggregator: 'min',
  collect() {
    for (const one of watched) this.set({ replica: one.name }, one.healthy ? 1 : 0);
  },
});

export const eventStreams = new Gauge({
  name: 'tickets_event_streams',
  help: 'Clients that watch a seat map',
});

/** Shows these replicas' lag and health from now on. */
export function observeReplicas(replicas: readonly Replica[]): void {
  for (const one of replicas) watched.add(one);
}

/** A metric with its labels looked up once: the look-up costs more than the count. */
function remembered<Child>(make: (key: string) => Child): (key: string) => Child {
  const children = new Map<string, Child>();
  return (key) => {
    const known = children.get(key);
    if (known !== undefined) return known;
    const child = make(key);
    children.set(key, child);
    return child;
  };
}

/** The histogram for `GET /shows/:id 200`. */
export const requestDuration = remembered((key) => {
  const [method = '', route = '', status = ''] = key.split(' ');
  return duration.labels({ method, route, status });
});

export const databaseReads = remembered((target) => reads.labels({ target }));

export function delivered(outcome: 'sent' | 'failed', seconds: number): void {
  deliveries.labels({ outcome }).inc();
  deliveryDuration.observe(seconds);
}

/** Process figures too; once per process, by `serve`. */
export function collectProcessMetrics(): void {
  // A timer that fires every 10 ms, as it does by default, would take some percent of a small box.
  collectDefaultMetrics({ eventLoopMonitoringPrecision: 200 });
}

export { register };
