import { setTimeout as sleep } from 'node:timers/promises';
import { environment } from '@scaling/tickets';
import { flushLog, log } from '@scaling/tickets/work';
import { broker, ensureTopics, withAdmin } from '../broker.ts';
import { look } from '../queue/look.ts';
import { redrive } from '../queue/redrive.ts';
import { sweepAll } from '../queue/sweep-all.ts';
import { GROUPS } from '../topics.ts';

const USAGE = 'queue.mjs prepare | look | redrive | sweep SECONDS';
/** A broker that has just been started is waited for. */
const PREPARE_LIMIT_MS = 45_000;
const AGAIN_MS = 100;

/**
 * What the stack asks of its queue: make the topics (`prepare`), how much waits (`look`), send dead letters again
 * (`redrive`), write the events of sales that were never mailed again (`sweep`).
 */
async function main(verb: string | undefined, seconds: string | undefined): Promise<unknown> {
  const env = await environment();
  const kafka = broker(env);
  // Standard output is for the result alone.
  log.level = 'silent';
  if (verb === 'look') return await look(kafka);
  if (verb === 'redrive') return await redrive(kafka);
  if (verb === 'sweep' && Number(seconds) > 0) return await sweepAll(env, Number(seconds));
  if (verb !== 'prepare') throw new Error(USAGE);
  const deadline = performance.now() + PREPARE_LIMIT_MS;
  for (;;) {
    try {
      await ensureTopics(kafka);
      // Where the groups keep their places is a topic, too, made when first asked for.
      await withAdmin(kafka, (admin) => admin.fetchOffsets({ groupId: GROUPS.mail }));
      return { prepared: true };
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(AGAIN_MS);
    }
  }
}

try {
  process.stdout.write(`${JSON.stringify(await main(process.argv[2], process.argv[3]))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
flushLog();
