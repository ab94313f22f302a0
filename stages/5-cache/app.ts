import { createApp, environment, inlineDelivery, mailer, serve } from '@scaling/tickets';
import { redisFeed, seatTruth } from '@scaling/tickets/feeds';
import { cached, cluster, migrate, redis, replicated } from '@scaling/tickets/stores';

const env = await environment();

await serve(env, async () => {
  const databases = await cluster(env);
  await migrate(databases.primary, env);
  const cache = redis(env.redisUrl, env);
  const store = cached(cache, replicated(databases, env), env);
  const mail = mailer(env.smtpUrl);
  const delivery = inlineDelivery(mail, store, env);
  const feed = redisFeed(cache, seatTruth(databases.primary));
  const dependencies = [...databases.dependencies, cache, feed, mail];
  return createApp({ ...store, delivery, feed, dependencies }, env);
});
