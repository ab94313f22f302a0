// How watchers hear of seats that are sold and freed.

export { subscriber } from '../redis/redis.ts';
export { shardTruth } from '../sharding/shard-truth.ts';
export { localFeed } from './local-feed.ts';
export { notifyFeed } from './notify-feed.ts';
export { redisFeed } from './redis-feed.ts';
export { regionalFeed } from './regional-feed.ts';
export { seatTruth } from './seat-truth.ts';
