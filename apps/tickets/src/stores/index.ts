// What stores are made of, from one database to many.

export { redis } from '../redis/redis.ts';
export { cached } from './cached.ts';
export { catalogue } from './catalogue.ts';
export { type Cluster, cluster } from './cluster.ts';
export { migrate } from './migrate.ts';
export { outbox } from './outbox.ts';
export { pool, type Statement } from './pool.ts';
export { postgres } from './postgres.ts';
export { regional } from './regional.ts';
export { remoteSeats, remoteShows } from './remote.ts';
export { replicated } from './replicated.ts';
export { sales } from './sales.ts';
export { sharded } from './sharded.ts';
