// The service that shows what is on. Its database is the catalogue: shows, and the map of the shards.
import {
  cached,
  catalogue,
  createShows,
  environment,
  pool,
  postgres,
  prepareCatalogue,
  redis,
  remoteSeats,
  sales,
  serve,
} from '@scaling/tickets';

const env = await environment();

await serve(env, async () => {
  const database = pool(env.databaseUrl, env);
  await prepareCatalogue(database, env.shards, env);
  const cache = redis(env.redisUrl, env);
  const { shows } = cached(cache, { ...postgres(database), shows: catalogue(database) }, env);
  const reservations = remoteSeats(env.reservationsUrl);
  return createShows({ shows, reservations, sales: sales(database), dependencies: [database, cache] }, env);
});
