// The service that sells: it has the seats, and asks the other one for shows. A sale writes its event and is done.
import { createReservations, environment, queuedDelivery, serve } from '@scaling/tickets';
import { redisFeed, seatTruth } from '@scaling/tickets/feeds';
import { cached, migrate, outbox, pool, postgres, redis, remoteShows } from '@scaling/tickets/stores';

const env = await environment();

await serve(env, async () => {
  const database = pool(env.databaseUrl, env);
  await migrate(database, env);
  const cache = redis(env.redisUrl, env);
  const { reservations } = cached(cache, outbox(postgres(database)), env);
  const shows = remoteShows(env.showsUrl);
  const feed = redisFeed(cache, seatTruth(database));
  const dependencies = [database, cache, feed];
  return createReservations({ shows, reservations, delivery: queuedDelivery, feed, dependencies }, env);
});
