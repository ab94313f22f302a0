// Carries the events of sales from the database that wrote them to the broker.
import { createProbes, environment, serve } from '@scaling/tickets';
import { broker, relay } from '@scaling/worker';

const env = await environment();

await serve(env, () => {
  const kafka = broker(env);
  return createProbes(
    env.outboxUrls.map((url) => relay(url, kafka, env)),
    env,
  );
});
