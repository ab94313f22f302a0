import { createApp, environment, inlineDelivery, mailer, serve } from '@scaling/tickets';
import { notifyFeed } from '@scaling/tickets/feeds';
import { cluster, migrate, replicated } from '@scaling/tickets/stores';

const env = await environment();

await serve(env, async () => {
  const databases = await cluster(env);
  await migrate(databases.primary, env);
  const store = replicated(databases, env);
  const mail = mailer(env.smtpUrl);
  const delivery = inlineDelivery(mail, store, env);
  const feed = notifyFeed(databases.primary, env);
  const dependencies = [...databases.dependencies, feed, mail];
  return createApp({ ...store, delivery, feed, dependencies }, env);
});
