import { setTimeout as sleep } from 'node:timers/promises';
import { type Kafka, type KafkaMessage, Partitioners } from 'kafkajs';
import { withAdmin } from '../broker.ts';
import { DEAD, GROUPS, SALES } from '../topics.ts';

const LIMIT_MS = 30_000;

export interface Redriven {
  /** Sent round again, each with why it had been put aside. */
  readonly redriven: readonly { readonly key: string; readonly reason: string }[];
}

/**
 * Sends the dead letters that are there now round again. Whoever is killed meanwhile sends some twice: nobody gets a
 * second mail for that (`inbox`). A letter that is still hopeless comes back as a new dead letter.
 */
export async function redrive(kafka: Kafka): Promise<Redriven> {
  const until = await withAdmin(kafka, async (admin) => {
    const [end] = await admin.fetchTopicOffsets(DEAD);
    const [places] = await admin.fetchOffsets({ groupId: GROUPS.redrive, topics: [DEAD] });
    const place = Math.max(Number(places?.partitions[0]?.offset ?? -1), Number(end?.low ?? 0));
    return Number(end?.high ?? 0) > place ? Number(end?.high) : undefined;
  });
  if (until === undefined) return { redriven: [] };

  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  const consumer = kafka.consumer({ groupId: GROUPS.redrive, sessionTimeout: 6000, heartbeatInterval: 1000 });
  const sent: { key: string; reason: string }[] = [];
  let failed: unknown;
  let done = false;
  await producer.connect();
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [DEAD], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        if (done || Number(message.offset) >= until) return;
        const { key, value } = message;
        await producer.send({ topic: SALES, acks: -1, messages: [{ key, value }] });
        const offset = String(Number(message.offset) + 1);
        // Its place is kept only when it is on its way.
        await consumer.commitOffsets([{ topic: DEAD, partition, offset }]);
        sent.push({ key: key?.toString() ?? '', reason: reasonOf(message) });
        done = Number(offset) >= until;
      },
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      failed = payload.error;
    });
    const deadline = performance.now() + LIMIT_MS;
    while (!done && failed === undefined) {
      if (performance.now() > deadline)
        throw new Error(`${sent.length} were sent again, then no more came within ${LIMIT_MS / 1000} s`);
      await sleep(20);
    }
    if (failed !== undefined) throw failed;
  } finally {
    await consumer.disconnect();
    await producer.disconnect();
  }
  return { redriven: sent };
}

function reasonOf({ headers }: KafkaMessage): string {
  const reason = headers?.reason;
  return Buffer.isBuffer(reason) ? reason.toString() : String(reason ?? '');
}
