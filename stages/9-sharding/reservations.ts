// The service that sells: every show's seats, and what is sold of them, are on one of the shards.
import { createReservations, environment, gather, queuedDelivery, serve, shards } from '@scaling/tickets';
import { redisFeed, shardTruth } from '@scaling/tickets/feeds';
import { cached, pool, redis, remoteShows, sharded } from '@scaling/tickets/stores';

const env = await environment();

await serve(env, async () => {
  const spread = await shards(pool(env.databaseUrl, env), env);
  const cache = redis(env.redisUrl, env);
  const shows = remoteShows(env.showsUrl);
  const { reservations } = cached(cache, { shows, reservations: sharded(spread) }, env);
  const feed = redisFeed(cache, shardTruth(spread));
  const dependencies = [...spread.dependencies, cache, feed];
  const parts = { shows, reservations, overview: gather(spread), delivery: queuedDelivery, feed };
  return createReservations({ ...parts, dependencies }, env);
});
