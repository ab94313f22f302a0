import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '@scaling/tickets';
import { log } from '@scaling/tickets/work';
import { type Admin, Kafka, type LogEntry, logLevel } from 'kafkajs';
import { signIn } from './iam/sign-in.ts';
import { DEAD, PARTITIONS, SALES } from './topics.ts';

const CONNECT_LIMIT_MS = 2000;
/** Longer than a fetch may wait for something to come. */
const REQUEST_LIMIT_MS = 10_000;
const AGAIN_LIMIT_MS = 10_000;
const AGAIN_MS = 200;
/** A day: what is redelivered after that, nobody waits for; the inbox and the count remember longer. */
const RETENTION_MS = 24 * 60 * 60 * 1000;

/** A client of the message broker; it connects when first used. */
export function broker({
  boxName,
  brokers,
  brokerSignIn,
}: Pick<Environment, 'brokers' | 'boxName'> & Partial<Pick<Environment, 'brokerSignIn'>>): Kafka {
  return new Kafka({
    clientId: boxName,
    brokers: [...brokers],
    ...(brokerSignIn === undefined ? {} : signIn(brokerSignIn)),
    connectionTimeout: CONNECT_LIMIT_MS,
    requestTimeout: REQUEST_LIMIT_MS,
    // Short pauses: a broker that has just come up is not kept waiting.
    retry: { initialRetryTime: 100, maxRetryTime: 400, retries: 6 },
    logLevel: logLevel.WARN,
    logCreator: () => note,
  });
}

/** Its own retries log an error each; who has to act on one is told by a rejection. */
function note({ level, log: { message, error } }: LogEntry): void {
  log.debug({ level: logLevel[level], reason: error }, message);
}

/** Makes the topics that are missing; rejects when the broker cannot be reached. */
export async function ensureTopics(kafka: Kafka): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    const present = await admin.listTopics();
    const missing = [topic(SALES, PARTITIONS), topic(DEAD, 1)].filter(
      ({ topic }) => !present.includes(topic),
    );
    if (missing.length > 0) await admin.createTopics({ topics: missing, waitForLeaders: true });
  });
}

function topic(name: string, numPartitions: number) {
  const configEntries = [{ name: 'retention.ms', value: String(RETENTION_MS) }];
  // In as many copies as the broker makes by itself: one of its own, three of a managed one.
  return { topic: name, numPartitions, replicationFactor: -1, configEntries };
}

/**
 * Asks the broker as its administrator. A broker that has just started, and says that it will answer later, is asked again
 * for some seconds.
 */
export async function withAdmin<Result>(
  kafka: Kafka,
  use: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const admin = kafka.admin();
  await admin.connect();
  const deadline = performance.now() + AGAIN_LIMIT_MS;
  try {
    for (;;) {
      try {
        return await use(admin);
      } catch (error) {
        const retriable = (error as { retriable?: boolean }).retriable === true;
        if (!retriable || performance.now() > deadline) throw error;
        await sleep(AGAIN_MS);
      }
    }
  } finally {
    await admin.disconnect();
  }
}
