import type { Environment } from '../src/index.ts';
import { log } from '../src/log.ts';

// Tests break things on purpose; what the shop says of it is not what they look at.
log.level = 'silent';

/** What a test's instance runs with. */
export function settings(databaseUrl: string, other: Partial<Environment> = {}): Environment {
  return {
    boxAddress: '127.0.0.1',
    port: 0,
    boxName: 'app-1',
    region: 'home',
    databaseUrl,
    replicaUrls: [],
    shardUrl: undefined,
    shards: 2,
    redisUrl: 'redis://127.0.0.1:1',
    otherRedisUrl: 'redis://127.0.0.1:1',
    brokers: ['127.0.0.1:1'],
    brokerSignIn: undefined,
    outboxUrls: [databaseUrl],
    showsUrl: 'http://127.0.0.1:1',
    reservationsUrl: 'http://127.0.0.1:1',
    mailboxUrl: 'http://127.0.0.1:1',
    mailDir: undefined,
    replicaMaxLagMs: 1000,
    readYourWrites: true,
    smtpUrl: 'smtp://127.0.0.1:1',
    smtpPort: 1,
    poolSize: 4,
    maxStreams: 800,
    workers: 1,
    seed: 1,
    shows: 3,
    publicDir: '/nowhere',
    siteUrl: 'http://shop.test',
    ...other,
  };
}
