// The service that sells: it has the seats, and asks the other one for shows. A sale writes its event and is done.
import {
  cached,
  createReservations,
  environment,
  migrate,
  outbox,
  pool,
  postgres,
  queuedDelivery,
  redis,
  redisFeed,
  remoteShows,
  seatTruth,
  serve,
} from '@scaling/tickets';

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
