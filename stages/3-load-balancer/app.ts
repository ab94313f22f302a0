import { createApp, environment, inlineDelivery, mailer, serve } from '@scaling/tickets';
import { notifyFeed } from '@scaling/tickets/feeds';
import { migrate, pool, postgres } from '@scaling/tickets/stores';

const env = await environment();

await serve(env, async () => {
  const primary = pool(env.databaseUrl, env);
  await migrate(primary, env);
  const store = postgres(primary);
  const mail = mailer(env.smtpUrl);
  const delivery = inlineDelivery(mail, store, env);
  const feed = notifyFeed(primary, env);
  return createApp({ ...store, delivery, feed, dependencies: [primary, feed, mail] }, env);
});
