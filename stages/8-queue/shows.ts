// The service that shows what is on: it has the catalogue, and asks the other one for seats.
import { createShows, environment, serve } from '@scaling/tickets';
import { cached, migrate, pool, postgres, redis, remoteSeats, sales } from '@scaling/tickets/stores';

const env = await environment();

await serve(env, async () => {
  const database = pool(env.databaseUrl, env);
  await migrate(database, env);
  const cache = redis(env.redisUrl, env);
  const { shows } = cached(cache, postgres(database), env);
  const reservations = remoteSeats(env.reservationsUrl);
  return createShows({ shows, reservations, sales: sales(database), dependencies: [database, cache] }, env);
});
