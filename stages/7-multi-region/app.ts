import { createApp, environment, inlineDelivery, mailer, serve } from '@scaling/tickets';
import { redisFeed, regionalFeed, seatTruth, subscriber } from '@scaling/tickets/feeds';
import { cached, cluster, migrate, redis, regional } from '@scaling/tickets/stores';

const env = await environment();

await serve(env, async () => {
  const databases = await cluster(env);
  await migrate(databases.primary, env, databases.near);
  const cache = redis(env.redisUrl, env);
  const region = regional(databases, env);
  const store = cached(cache, region, env);
  const mail = mailer(env.smtpUrl);
  const delivery = inlineDelivery(mail, store, env);
  const feed = regionalFeed(
    redisFeed(cache, seatTruth(databases.primary)),
    subscriber(env.otherRedisUrl, env),
    store,
  );
  const dependencies = [...databases.dependencies, region, cache, feed, mail];
  return createApp({ ...store, delivery, feed, dependencies, ageMs: region.ageMs }, env);
});
