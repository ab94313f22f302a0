import { createApp, environment, inlineDelivery, localFeed, mailer, pool, postgres, serve } from '@scaling/tickets';

const env = environment();
const primary = pool(env.databaseUrl, env);
const store = postgres(primary);
const mail = mailer(env.smtpUrl);

await serve(env, () =>
  createApp({
    shows: store,
    reservations: store,
    delivery: inlineDelivery(mail),
    feed: localFeed(),
    dependencies: [primary, mail],
  }),
);
