/** What the stages' `app.ts` name. */
export {
  type App,
  createApp,
  createProbes,
  createReservations,
  createShows,
  type Parts,
  type ShowsParts,
} from './app.ts';
export { inlineDelivery } from './delivery/inline-delivery.ts';
export { mailer } from './delivery/mailer.ts';
export { queuedDelivery } from './delivery/queued-delivery.ts';
export { type BrokerSignIn, type Environment, environment } from './environment.ts';
export { localFeed } from './feed/local-feed.ts';
export { notifyFeed } from './feed/notify-feed.ts';
export { redisFeed } from './feed/redis-feed.ts';
export { regionalFeed } from './feed/regional-feed.ts';
export { seatTruth } from './feed/seat-truth.ts';
export type * from './ports.ts';
export { redis, subscriber } from './redis/redis.ts';
export { serve } from './serve.ts';
export { gather } from './sharding/gather.ts';
export { prepareCatalogue } from './sharding/prepare-shards.ts';
export { shardTruth } from './sharding/shard-truth.ts';
export { eachShard, shards } from './sharding/shards.ts';
export { cached } from './stores/cached.ts';
export { catalogue } from './stores/catalogue.ts';
export { type Cluster, cluster } from './stores/cluster.ts';
export { migrate } from './stores/migrate.ts';
export { outbox } from './stores/outbox.ts';
export { pool, type Statement } from './stores/pool.ts';
export { postgres } from './stores/postgres.ts';
export { regional } from './stores/regional.ts';
export { remoteSeats, remoteShows } from './stores/remote.ts';
export { replicated } from './stores/replicated.ts';
export { sales } from './stores/sales.ts';
export { sharded } from './stores/sharded.ts';
