import {
  createApp,
  environment,
  inlineDelivery,
  mailer,
  migrate,
  notifyFeed,
  pool,
  postgres,
  replicated,
  serve,
} from '@scaling/tickets';

const env = await environment();

await serve(env, async () => {
  const primary = pool(env.databaseUrl, env);
  await migrate(primary, env);
  const replicas = env.replicaUrls.map((url) => postgres(pool(url, env)));
  const store = await replicated(postgres(primary), replicas, env);
  const mail = mailer(env.smtpUrl);
  const delivery = inlineDelivery(mail, store.shows, env);
  const feed = notifyFeed(primary, env);
  const dependencies = [primary, ...store.replicas, feed, mail];
  return createApp({ ...store, delivery, feed, dependencies }, env);
});
