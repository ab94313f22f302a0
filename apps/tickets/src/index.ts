/** What the stages' `app.ts` name. */
export { type App, createApp, type Parts } from './app.ts';
export { inlineDelivery } from './delivery/inline-delivery.ts';
export { mailer } from './delivery/mailer.ts';
export { type Environment, environment } from './environment.ts';
export { localFeed } from './feed/local-feed.ts';
export { notifyFeed } from './feed/notify-feed.ts';
export { redisFeed } from './feed/redis-feed.ts';
export type * from './ports.ts';
export { redis } from './redis/redis.ts';
export { serve } from './serve.ts';
export { cached } from './stores/cached.ts';
export { type Cluster, cluster } from './stores/cluster.ts';
export { migrate } from './stores/migrate.ts';
export { pool } from './stores/pool.ts';
export { postgres } from './stores/postgres.ts';
export { replicated } from './stores/replicated.ts';
