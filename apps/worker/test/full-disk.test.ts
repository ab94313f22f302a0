import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dependency, migrate, pool } from '@scaling/tickets';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startPostgres, type TestPostgres } from '../../tickets/test/postgres/index.ts';
import { settings } from '../../tickets/test/settings.ts';
import { broker, relay } from '../src/index.ts';
import { look } from '../src/queue/look.ts';
import { startKafka, type TestKafka } from './kafka/index.ts';
import { sale } from './sales.ts';

const isRoot = process.getuid?.() === 0;
let disk: string;
let database: TestPostgres;
let kafka: TestKafka;
let emptying: Dependency | undefined;

beforeAll(async () => {
  if (!isRoot) return;
  disk = await mkdtemp(join(tmpdir(), 'worker-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'none', disk]);
  await mkdir(join(disk, 'log'));
  [database, kafka] = await Promise.all([startPostgres(), startKafka(join(disk, 'log'))]);
}, 120_000);
afterAll(async () => {
  if (!isRoot) return;
  await emptying?.close();
  await kafka?.stop();
  await database?.stop();
  execFileSync('umount', ['--lazy', disk]);
  await rm(disk, { recursive: true });
}, 60_000);

it.runIf(isRoot)(
  'keeps every sale in the outbox while the disk of the broker is full, and publishes them when there is room',
  async () => {
    const url = await database.database('shop');
    const env = settings(url, { brokers: [kafka.address] });
    const writer = pool(url, env);
    await migrate(writer, env);
    const waiting = async () =>
      Number((await writer.rows<{ n: string }>('select count(*) as n from outbox'))[0]?.n);
    const filler = join(disk, 'filler');
    // All that there is: a write of any size fails from now on.
    await expect(writeFile(filler, Buffer.alloc(64 * 1024 * 1024))).rejects.toThrow('ENOSPC');

    const event = JSON.stringify(sale({ name: 'x'.repeat(2000) }));
    await writer.rows(
      'insert into outbox (reservation_id, event) select gen_random_uuid(), $1 from generate_series(1, 200)',
      [event],
    );
    emptying = relay(url, broker(env), env);
    await vi.waitFor(() => expect(emptying?.check()).rejects.toThrow(), { timeout: 10_000, interval: 100 });
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect(await waiting()).toBe(200);

    await rm(filler);
    // A broker that cannot write has ended itself; its box would start it again.
    await kafka.kill();
    await kafka.start();
    await vi.waitFor(async () => expect(await waiting()).toBe(0), { timeout: 40_000, interval: 100 });
    expect((await look(broker(env))).mail).toBeGreaterThanOrEqual(200);
    await writer.close();
  },
  120_000,
);
