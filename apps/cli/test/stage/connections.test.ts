// Watches promise P11.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRules } from '../../src/autoscale/rules.ts';
import type { ComposeFile, ComposeService } from '../../src/stage/compose-service.ts';
import { listStages, ROOT, readStage } from '../../src/stage/stages.ts';

/** As `environment.ts` of the shop has it: connections of a pool, of a clone's pool, and clones of a box. */
const STANDARD_POOL = 8;
const CLONES = { most: 16, pool: 5 };
/** Beside a pool's own: one that asks how the database is. */
const POOL_EXTRA = 1;
/** What a part of an app has open beside its pools, at most. */
const PARTS = {
  /** `notifyFeed` listens to the primary, which any database may become. */
  notifyFeed: 1,
  /** `oneTrip` of `regional`: to whichever database leads. */
  regional: 4,
  relay: 1,
  /** Four tickets at a time, and the one that forgets old notes. */
  mailTickets: 5,
  countSales: 1,
} as const;
/** For `verify`, a failover, a standby that copies its primary, and a person with psql. */
const FOR_OPERATORS = 10;

describe.each((await listStages()).map(({ number }) => number))('stage %i', (stage) => {
  it('has room on each database for all connections of as many boxes and clones as can run', async () => {
    const file = await readStage(stage);
    const most = (await readRules()).boxes.most;
    const wanted = new Map<string, number>();
    for (const service of Object.values(file.services)) {
      const source = await sourceOf(service);
      if (source === null) continue;
      const isSingle = service.labels['scaling.kind'] === 'single';
      const processes = isSingle ? CLONES.most : service.scalable ? most : 1;
      const own = Number(service.environment.POOL_SIZE ?? STANDARD_POOL);
      const pool = (isSingle ? Math.min(own, CLONES.pool) : own) + POOL_EXTRA;
      for (const [database, connections] of connectionsOf(file, service, { source, pool }))
        wanted.set(database, (wanted.get(database) ?? 0) + processes * connections);
    }
    expect(wanted.size).toBeGreaterThan(0);
    for (const [database, connections] of wanted)
      expect(connections + FOR_OPERATORS, `${database}: ${connections} connections`).toBeLessThanOrEqual(
        limitOf(file.services[database]),
      );
  });
});

/** The app's own file, or null for a box without one. */
async function sourceOf(service: ComposeService): Promise<string | null> {
  const program = service.command?.find((word) => /^\d.*\.mjs$/.test(word));
  if (program === undefined) return null;
  const path = join(ROOT, 'stages', program.replace(/\.mjs$/, '.ts'));
  const text = await readFile(path, 'utf8');
  // Stages in which the app did not change name the file of the stage before.
  const other = /^import '(\.\.\/[^']+)';$/m.exec(text)?.[1];
  return other === undefined ? text : await readFile(join(dirname(path), other), 'utf8');
}

function* connectionsOf(
  file: ComposeFile,
  { environment }: ComposeService,
  { source, pool }: { readonly source: string; readonly pool: number },
): Generator<[string, number]> {
  const uses = (part: string) => new RegExp(`\\b${part}\\(`).test(source);
  const parts = (names: readonly (keyof typeof PARTS)[]) =>
    names.filter(uses).reduce((sum, name) => sum + PARTS[name], 0);
  const databases = [environment.DATABASE_URL, ...(environment.REPLICA_URLS ?? '').split(',')];
  const pools = uses('cluster') || /\bpool\(env\.databaseUrl/.test(source) ? pool : 0;
  for (const url of databases)
    if (url)
      yield [databaseAt(file, url), pools + parts(['notifyFeed', 'regional', 'mailTickets', 'countSales'])];
  for (const url of (environment.OUTBOX_URLS ?? '').split(','))
    if (url) yield [databaseAt(file, url), parts(['relay'])];
  if (environment.SHARD_URL) yield ['shard', uses('shards') ? pool : parts(['relay'])];
}

/** The service behind an address, also by a port of the link between regions. */
function databaseAt(file: ComposeFile, url: string): string {
  const { hostname, port } = new URL(url);
  if (hostname !== 'link') return hostname;
  const routes = file.services.link?.environment.ROUTES ?? '';
  return new RegExp(`\\b${port}=([\\w-]+):`).exec(routes)?.[1] ?? '';
}

function limitOf(database: ComposeService | undefined): number {
  const setting = database?.command?.find((word) => word.startsWith('max_connections='));
  // The box that has app and database in one starts Postgres itself.
  return Number(setting?.split('=')[1] ?? 120);
}
