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
const DAY_MS = 24 * 60 * 60 * 1000;
/**
 * How long messages are kept: a mail server may be away for a long weekend, and dead letters wait until a person has looked.
 * What the workers note of both they keep for longer than all of it together (migration 0010).
 */
const TOPICS = [
  { topic: SALES, numPartitions: PARTITIONS, keptMs: 7 * DAY_MS },
  { topic: DEAD, numPartitions: 1, keptMs: 14 * DAY_MS },
];
const RETENTION = 'retention.ms';
/** The protocol's number for a topic; Node cannot import kafkajs' own name for it. */
const TOPIC = 2;

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

/** Makes the topics that are missing, and has the others kept as long; rejects when the broker cannot be reached. */
export async function ensureTopics(kafka: Kafka): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    const present = await admin.listTopics();
    const missing = TOPICS.filter(({ topic }) => !present.includes(topic));
    if (missing.length > 0) await admin.createTopics({ topics: missing.map(made), waitForLeaders: true });
    // Without the right to do so (a policy of before) it goes on as it is.
    else
      await keepAsLong(admin).catch((error) =>
        log.warn({ err: error }, 'how long messages are kept is not known'),
      );
  });
}

function made({ topic, numPartitions, keptMs }: (typeof TOPICS)[number]) {
  const configEntries = [{ name: RETENTION, value: String(keptMs) }];
  // In as many copies as the broker makes by itself: one of its own, three of a managed one.
  return { topic, numPartitions, replicationFactor: -1, configEntries };
}

async function keepAsLong(admin: Admin): Promise<void> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: TOPICS.map(({ topic }) => ({
      type: TOPIC,
      name: topic,
      configNames: [RETENTION],
    })),
  });
  const kept = new Map(
    resources.map(({ resourceName, configEntries }) => [resourceName, configEntries[0]?.configValue]),
  );
  const others = TOPICS.filter(({ topic, keptMs }) => kept.get(topic) !== String(keptMs));
  if (others.length === 0) return;
  await admin.alterConfigs({
    validateOnly: false,
    resources: others.map(({ topic, keptMs }) => ({
      type: TOPIC,
      name: topic,
      configEntries: [{ name: RETENTION, value: String(keptMs) }],
    })),
  });
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
