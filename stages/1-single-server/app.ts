import {
  createApp,
  environment,
  inlineDelivery,
  localFeed,
  mailer,
  migrate,
  pool,
  postgres,
  seatTruth,
  serve,
} from '@scaling/tickets';

const env = await environment();

await serve(env, async () => {
  const primary = pool(env.databaseUrl, env);
  await migrate(primary, env);
  const store = postgres(primary);
  const mail = mailer(env.smtpUrl);
  const delivery = inlineDelivery(mail, store, env);
  const feed = localFeed(seatTruth(primary));
  return createApp({ ...store, delivery, feed, dependencies: [primary, mail] }, env);
});
