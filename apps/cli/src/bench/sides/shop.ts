import { createApp, environment, localFeed, pool, postgres, seatTruth, serve } from '@scaling/tickets';
import { answerCpu } from './answer-cpu.ts';

/** The shop as its stages run it, with nothing left out but the ticket and its mail. */
const env = await environment();

await serve(env, () => {
  const primary = pool(env.databaseUrl, env);
  const delivery = { deliver: () => Promise.resolve('done' as const) };
  return createApp(
    { ...postgres(primary), delivery, feed: localFeed(seatTruth(primary)), dependencies: [primary] },
    env,
  );
});
answerCpu();
