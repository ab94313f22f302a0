// Each shard has an outbox of its own, written in the sale's own transaction: one relay empties them all.
import { createProbes, eachShard, environment, serve } from '@scaling/tickets';
import { pool } from '@scaling/tickets/stores';
import { broker, relay } from '@scaling/worker';

const env = await environment();

await serve(env, async () => {
  const kafka = broker(env);
  const outboxes = await eachShard(pool(env.databaseUrl, env), env, (url) => relay(url, kafka, env));
  return createProbes([outboxes], env);
});
