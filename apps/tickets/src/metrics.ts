import { Counter, collectDefaultMetrics, Gauge, Histogram, register } from 'prom-client';
import { pools } from './stores/pool.ts';

/**
 * Times by `GET /shows/:id 200`, not yet in the histogram: putting them in one by one, each between other work, costs a
 * request ten times what it costs in one go.
 */
const times = new Map<string, number[]>();
const MOST_TIMES = 1000;

const duration = new Histogram({
  name: 'tickets_request_duration_seconds',
  help: 'Time from the request to the end of its answer',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5],
  collect: () => {
    for (const key of times.keys()) enterTimes(key);
  },
});

function enterTimes(key: string): void {
  const [method = '', route = '', status = ''] = key.split(' ');
  const child = duration.labels({ method, route, status });
  for (const seconds of times.get(key) ?? []) child.observe(seconds);
  times.set(key, []);
}

const reads = new Map<string, number>();

new Counter({
  name: 'tickets_database_reads_total',
  help: 'Reads by the database that answered them',
  labelNames: ['target'],
  collect() {
    this.reset();
    for (const [target, count] of reads) this.inc({ target }, count);
  },
});

const deliveries = new Counter({
  name: 'tickets_deliveries_total',
  help: 'Tickets rendered and mailed, tried in vain, or left to the next request with the same key without a try',
  labelNames: ['outcome'],
});

const deliveryDuration = new Histogram({
  name: 'tickets_delivery_duration_seconds',
  help: 'Time to render and mail one ticket',
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

const keysForgotten = new Counter({
  name: 'tickets_keys_forgotten_total',
  help: 'Keys of purchases that were forgotten because of their age',
});

const mailServer = new Gauge({
  name: 'tickets_mail_server_silent',
  help: '1 while the mail server does not answer, and buyers do not wait for it',
  aggregator: 'max',
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

new Counter({
  name: 'tickets_pool_refused_total',
  help: 'Requests that were refused because too many waited for a connection of the pool',
  labelNames: ['database'],
  collect() {
    this.reset();
    for (const { name, size } of pools) this.inc({ database: name }, size.refused);
  },
});

const links = new Counter({
  name: 'tickets_mailed_links_total',
  help: 'Links to reservations that were asked for: mailed, or refused because the address had several a moment ago',
  labelNames: ['outcome'],
});

export function countLink(outcome: 'mailed' | 'limited'): void {
  links.inc({ outcome });
}

const homeWrites = new Counter({
  name: 'tickets_home_writes_total',
  help: 'Writes to the region that decides: decided, refused unsent, or sent and not answered',
  labelNames: ['outcome'],
});

const cacheReads = new Map<string, number>();

new Counter({
  name: 'tickets_cache_reads_total',
  help: 'Reads by what the cache did for them',
  labelNames: ['outcome'],
  collect() {
    this.reset();
    for (const [outcome, count] of cacheReads) this.inc({ outcome }, count);
  },
});

const cacheFills = new Counter({
  name: 'tickets_cache_fills_total',
  help: 'Values fetched for the cache: kept, outdated by a sale meanwhile, or not to be had',
  labelNames: ['outcome'],
});

const cacheSales = new Counter({
  name: 'tickets_cache_invalidations_total',
  help: 'Sales and cancellations that the cache was told of, or could not be told of yet',
  labelNames: ['outcome'],
});

const cacheUnusable = new Counter({
  name: 'tickets_cache_unusable_total',
  help: 'Cached values that could not be used: cut short, damaged, or of another version of the shop',
});

const cacheBreaker = new Gauge({
  name: 'tickets_cache_breaker_open',
  help: '1 while nobody waits for the cache',
  aggregator: 'max',
});

const files = { requests: 0, bytes: 0 };

new Counter({
  name: 'tickets_files_total',
  help: 'Files of the storefront that were asked for here, and not kept by somebody on the way',
  collect() {
    this.reset();
    this.inc(files.requests);
  },
});

new Counter({
  name: 'tickets_file_bytes_total',
  help: 'Bytes of such files that were sent',
  collect() {
    this.reset();
    this.inc(files.bytes);
  },
});

export const eventStreams = new Gauge({
  name: 'tickets_event_streams',
  help: 'Clients that watch a seat map',
});

const streamsRefused = new Counter({
  name: 'tickets_event_streams_refused_total',
  help: 'Event streams that were refused: this instance has as many as it may have',
});

const changesFound = new Counter({
  name: 'tickets_seat_changes_found_total',
  help: 'Seats of which the streams were told because the database said so, before or without an announcement',
});

const feedMissed = new Counter({
  name: 'tickets_feed_missed_total',
  help: 'Times that all streams were told to load their seat map again',
});

const feedMalformed = new Counter({
  name: 'tickets_feed_malformed_total',
  help: 'Announcements of seat changes that could not be read',
});

let checkedAgo: (() => number) | undefined;

new Gauge({
  name: 'tickets_feed_check_age_seconds',
  help: 'Time since the database last said which seats changed, while there are streams; 0 without one',
  aggregator: 'max',
  collect() {
    this.set((checkedAgo?.() ?? 0) / 1000);
  },
});

const missingParts = new Counter({
  name: 'tickets_page_parts_missing_total',
  help: 'Pages that went out without one of their parts',
  labelNames: ['part'],
});

export function countRefusedStream(): void {
  streamsRefused.inc();
}

/** The database told of so many seats what no announcement had. */
export function countFound(seats: number): void {
  changesFound.inc(seats);
}

export function countMissed(): void {
  feedMissed.inc();
}

export function countMalformed(): void {
  feedMalformed.inc();
}

/** Where it can be asked how long ago the database was heard of seats, in milliseconds; undefined: nobody watches. */
export function feedCheckedAgo(milliseconds: (() => number) | undefined): void {
  checkedAgo = milliseconds;
}

export function countMissingPart(part: string): void {
  missingParts.inc({ part });
}

/** One more answer; `route` by method, path and status: `GET /shows/:id 200`. */
export function requestTook(route: string, seconds: number): void {
  const known = times.get(route);
  if (known === undefined) times.set(route, [seconds]);
  else if (known.push(seconds) >= MOST_TIMES) enterTimes(route);
}

/** One more read was answered by this database. */
export function countRead(target: string): void {
  reads.set(target, (reads.get(target) ?? 0) + 1);
}

export function countHomeWrite(outcome: 'decided' | 'refused' | 'unknown'): void {
  homeWrites.inc({ outcome });
}

/** One more read that the cache answered, or did not. */
export function countCacheRead(outcome: 'hit' | 'stale' | 'miss' | 'bypass'): void {
  cacheReads.set(outcome, (cacheReads.get(outcome) ?? 0) + 1);
}

export function countCacheFill(outcome: 'kept' | 'outdated' | 'failed'): void {
  cacheFills.inc({ outcome });
}

export function countInvalidation(outcome: 'told' | 'waiting'): void {
  cacheSales.inc({ outcome });
}

export function countUnusable(): void {
  cacheUnusable.inc();
}

export function breakerIs(closed: boolean): void {
  cacheBreaker.set(closed ? 0 : 1);
}

/** One more file of the storefront was asked for, and this much of it sent. */
export function countFile(bytes: number): void {
  files.requests += 1;
  files.bytes += bytes;
}

/** `seconds`: how long it took; of a mail that was left for later it does not count. */
export function delivered(outcome: 'sent' | 'failed' | 'owed', seconds: number): void {
  deliveries.labels({ outcome }).inc();
  if (outcome !== 'owed') deliveryDuration.observe(seconds);
}

export function countForgotten(keys: number): void {
  keysForgotten.inc(keys);
}

export function mailServerIs(answering: boolean): void {
  mailServer.set(answering ? 0 : 1);
}

/** Process figures too; once per process, by `serve`. */
export function collectProcessMetrics(): void {
  // A timer that fires every 10 ms, as it does by default, would take some percent of a small box.
  collectDefaultMetrics({ eventLoopMonitoringPrecision: 200 });
}

export { observeReplicas } from './replica-metrics.ts';
export { register };
