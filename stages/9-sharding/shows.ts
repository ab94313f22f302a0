// The service that shows what is on. Its database is the catalogue: shows, and the map of the shards.
import { createShows, environment, prepareCatalogue, serve } from '@scaling/tickets';
import { cached, catalogue, pool, postgres, redis, remoteSeats, sales } from '@scaling/tickets/stores';

const env = await environment();

await serve(env, async () => {
  const database = pool(env.databaseUrl, env);
  await prepareCatalogue(database, env.shards, env);
  const cache = redis(env.redisUrl, env);
  const { shows } = cached(cache, { ...postgres(database), shows: catalogue(database) }, env);
  const reservations = remoteSeats(env.reservationsUrl);
  return createShows({ shows, reservations, sales: sales(database), dependencies: [database, cache] }, env);
});
