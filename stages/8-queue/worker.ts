// What follows a sale, after its buyer has the answer: the ticket is mailed, the sale is counted.
import { createProbes, environment, mailer, serve } from '@scaling/tickets';
import { remoteShows } from '@scaling/tickets/stores';
import { broker, countSales, mailTickets } from '@scaling/worker';

const env = await environment();

await serve(env, () => {
  const kafka = broker(env);
  const parts = { kafka, mailer: mailer(env.smtpUrl), shows: remoteShows(env.showsUrl) };
  return createProbes([mailTickets(parts, env), countSales(kafka, env)], env);
});
