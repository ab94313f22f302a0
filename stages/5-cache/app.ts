import {
  cached,
  createApp,
  environment,
  inlineDelivery,
  mailer,
  migrate,
  pool,
  postgres,
  redis,
  redisFeed,
  replicated,
  serve,
} from '@scaling/tickets';

const env = await environment();

await serve(env, async () => {
  const primary = pool(env.databaseUrl, env);
  await migrate(primary, env);
  const replicas = env.replicaUrls.map((url) => postgres(pool(url, env)));
  const databases = await replicated(postgres(primary), replicas, env);
  const cache = redis(env.redisUrl, env);
  const store = cached(cache, databases, env);
  const mail = mailer(env.smtpUrl);
  const delivery = inlineDelivery(mail, store.shows, env);
  const feed = redisFeed(cache);
  const dependencies = [primary, ...databases.replicas, cache, feed, mail];
  return createApp({ ...store, delivery, feed, dependencies }, env);
});
