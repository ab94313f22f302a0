import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { boxName } from './box-name.ts';
import { log } from './log.ts';

const count = (standard: number, most: number) => z.coerce.number().int().min(1).max(most).default(standard);
const port = (standard: number) => z.coerce.number().int().min(1).max(65_535).default(standard);

const postgresUrls = z
  .string()
  .default('')
  .transform((list) => list.split(',').filter((url) => url !== ''))
  .pipe(z.array(z.url({ protocol: /^postgres(ql)?$/ })));

const schema = z.object({
  BOX_ADDRESS: z.string().min(1).default('127.0.0.1'),
  BOX_NAME: z.string().min(1).optional(),
  REGION: z.string().min(1).default('home'),
  PORT: port(8080),
  SMTP_PORT: port(1025),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).default('smtp://127.0.0.1:1025'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .default('postgres://tickets:tickets@127.0.0.1:5432/tickets'),
  REPLICA_URLS: postgresUrls,
  /** Where the shards are, with `{n}` for their number, and how many there are at first. */
  SHARD_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/.*\{n\}/, 'needs {n} where the number goes')
    .optional(),
  SHARDS: count(1, 16),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).default('redis://127.0.0.1:6379'),
  OTHER_REDIS_URL: z.url({ protocol: /^rediss?$/ }).default('redis://127.0.0.1:6379'),
  /** Addresses of the message brokers, `broker:9092`. */
  BROKERS: z
    .string()
    .default('127.0.0.1:9092')
    .transform((list) => list.split(',').filter((address) => address !== ''))
    .pipe(z.array(z.string().regex(/^[\w.-]+:\d{1,5}$/, 'must be HOST:PORT')).min(1)),
  /** Where brokers are that let in whom AWS' IAM names; and where ECS gives a task its role's credentials, which it says itself. */
  BROKERS_IAM_REGION: z.string().min(1).optional(),
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: z.string().startsWith('/').optional(),
  OUTBOX_URLS: postgresUrls,
  SHOWS_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8080'),
  RESERVATIONS_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8080'),
  MAILBOX_URL: z.url({ protocol: /^https?$/ }).optional(),
  MAIL_DIR: z.string().min(1).optional(),
  REPLICA_MAX_LAG_MS: z.coerce.number().int().min(0).default(1000),
  READ_YOUR_WRITES: z.enum(['on', 'off']).default('on'),
  POOL_SIZE: count(8, 100),
  WORKERS: count(1, 16),
  /** For the box's 256 MB: a stream takes about 20 kB of an app. What the entries let through to all apps fits in. */
  MAX_STREAMS: count(800, 20_000),
  /** Set for a clone by the process that starts it. */
  CLONE: z.coerce.number().int().optional(),
  SEED: z.coerce.number().int().min(0).default(1),
  SHOWS: count(40, 2000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  PUBLIC_DIR: z.string().min(1).optional(),
  SITE_URL: z.url({ protocol: /^https?$/ }).optional(),
});

/** Clones share one database, which takes 120 connections: 16 of them with this many each, and one more each, fit. */
const MAX_POOL_OF_CLONE = 5;

/** Where ECS answers a task. */
const ECS = 'http://169.254.170.2';

/** How to sign in at a broker that lets in whom IAM names. */
export interface BrokerSignIn {
  readonly region: string;
  /** Gives the credentials of the task's role. */
  readonly credentialsUrl: string;
}

/** One process's settings, read and validated once. */
export interface Environment {
  /** The address to listen on. */
  readonly boxAddress: string;
  readonly port: number;
  /** What this box is called in answers, logs and metrics: `app-2`. */
  readonly boxName: string;
  readonly region: string;
  readonly databaseUrl: string;
  readonly replicaUrls: readonly string[];
  /** A shard's address, with `{n}` for its number; undefined: the shop has none. */
  readonly shardUrl: string | undefined;
  /** Shards of a new shop; after that the map in its catalogue counts. */
  readonly shards: number;
  readonly redisUrl: string;
  /** The other region's cache, over the link: what was sold there is heard from it. */
  readonly otherRedisUrl: string;
  /** Addresses of the message brokers, `broker:9092`. */
  readonly brokers: readonly string[];
  /** undefined: they ask nobody who it is. */
  readonly brokerSignIn: BrokerSignIn | undefined;
  /** Databases whose outboxes a relay empties. */
  readonly outboxUrls: readonly string[];
  /** Where the service of the shows answers, and that of the reservations; without a slash at the end. */
  readonly showsUrl: string;
  readonly reservationsUrl: string;
  /** Where the mail box can be asked what it has; undefined: nobody can be asked. */
  readonly mailboxUrl: string | undefined;
  /** Folder in which the mail box notes what it took; without one it forgets at its end. */
  readonly mailDir: string | undefined;
  /** A replica further behind than this gets no reads. */
  readonly replicaMaxLagMs: number;
  /** Whether a client that has just written reads from a database that holds its write. */
  readonly readYourWrites: boolean;
  readonly smtpUrl: string;
  readonly smtpPort: number;
  /** Connections per pool. */
  readonly poolSize: number;
  /** Event streams that one process has open at most; more are refused at once. */
  readonly maxStreams: number;
  /** Processes that serve, sharing one port. */
  readonly workers: number;
  readonly seed: number;
  readonly shows: number;
  /** Folder of the storefront's built files. */
  readonly publicDir: string;
  /** Where people reach the shop, without a slash at the end: printed on tickets. */
  readonly siteUrl: string;
}

/**
 * Reads the process's environment: the one place that does. Throws an Error that names every variable that is wrong.
 */
export async function environment(
  variables: Record<string, string | undefined> = process.env,
): Promise<Environment> {
  // An empty variable is how Compose passes one that is not set.
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(set);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment cannot be used: ${wrong.join('; ')}`);
  }
  const value = parsed.data;
  const name = await boxName(value.BOX_NAME, value.CLONE);
  log.level = value.LOG_LEVEL;
  log.setBindings({ box: name });
  return {
    boxAddress: value.BOX_ADDRESS,
    port: value.PORT,
    boxName: name,
    region: value.REGION,
    databaseUrl: value.DATABASE_URL,
    replicaUrls: value.REPLICA_URLS,
    shardUrl: value.SHARD_URL,
    shards: value.SHARDS,
    redisUrl: value.REDIS_URL,
    otherRedisUrl: value.OTHER_REDIS_URL,
    brokers: value.BROKERS,
    brokerSignIn: signInOf(value),
    outboxUrls: value.OUTBOX_URLS.length > 0 ? value.OUTBOX_URLS : [value.DATABASE_URL],
    showsUrl: withoutSlash(value.SHOWS_URL),
    reservationsUrl: withoutSlash(value.RESERVATIONS_URL),
    mailboxUrl: value.MAILBOX_URL === undefined ? undefined : withoutSlash(value.MAILBOX_URL),
    mailDir: value.MAIL_DIR,
    replicaMaxLagMs: value.REPLICA_MAX_LAG_MS,
    readYourWrites: value.READ_YOUR_WRITES === 'on',
    smtpUrl: value.SMTP_URL,
    smtpPort: value.SMTP_PORT,
    poolSize: value.CLONE === undefined ? value.POOL_SIZE : Math.min(value.POOL_SIZE, MAX_POOL_OF_CLONE),
    maxStreams: value.MAX_STREAMS,
    workers: value.WORKERS,
    seed: value.SEED,
    shows: value.SHOWS,
    publicDir: value.PUBLIC_DIR ?? resolve(dirname(process.argv[1] ?? '.'), '../public'),
    siteUrl: withoutSlash(value.SITE_URL ?? `http://localhost:${value.PORT}`),
  };
}

function signInOf({
  BROKERS_IAM_REGION: region,
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path,
}: z.infer<typeof schema>): BrokerSignIn | undefined {
  if (region === undefined) return undefined;
  if (path === undefined)
    throw new Error(
      'The environment cannot be used: BROKERS_IAM_REGION takes credentials of a role, and AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, ' +
        'by which ECS says where they are, is not set: run this as a task with a role.',
    );
  return { region, credentialsUrl: `${ECS}${path}` };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
