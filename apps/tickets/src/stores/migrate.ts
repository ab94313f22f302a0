import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import { migrations } from './migrations/index.ts';
import type { Pool } from './pool.ts';

/** Whoever migrates holds this lock, so that of many instances that start at once one does the work. */
const LOCK = 7_205_001;
const CONNECT_FOR_MS = 30_000;
const RETRY_MS = 100;
/** Waiting for another instance's migration included. */
const STATEMENT_LIMIT_MS = 60_000;

/**
 * Brings the database to this version's tables, and its season to so many shows. Costs two queries when nothing is to
 * do. Waits up to 30 s for a database that is still starting. A near copy of the database that has everything already
 * tells as much, also while the primary is out of reach.
 */
export async function migrate(
  primary: Pool,
  env: Pick<Environment, 'seed' | 'shows'>,
  copy?: Pool,
): Promise<void> {
  if (copy !== undefined && (await isReady(copy, env.shows).catch(() => false))) return;
  if (await whenReachable(() => isReady(primary, env.shows))) return;
  await primary.session(async (client) => {
    await client.query(`set statement_timeout = ${STATEMENT_LIMIT_MS}`);
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await advance(client, env);
  });
}

async function isReady(primary: Pool, shows: number): Promise<boolean> {
  const [row] = await primary.rows<{ present: boolean }>(
    `select to_regclass('schema_migrations') is not null as present`,
  );
  if (row?.present !== true) return false;
  const [latest] = await primary.rows<{ ready: number | null; shows: number }>(
    `select (select max(number) from schema_migrations where ready) as ready, (select count(*)::int from shows) as shows`,
  );
  return latest?.ready === migrations.length && latest.shows >= shows;
}

async function advance(client: Client, env: Pick<Environment, 'seed' | 'shows'>): Promise<void> {
  const started = performance.now();
  await client.query(
    'create table if not exists schema_migrations (number int primary key, ready boolean not null)',
  );
  const { rows } = await client.query<{ latest: number }>(
    'select coalesce(max(number), 0) as latest from schema_migrations',
  );
  const latest = rows[0]?.latest ?? 0;
  for (const [index, migration] of migrations.slice(latest).entries()) {
    const number = latest + index + 1;
    await client.query(
      `begin; ${migration}; insert into schema_migrations values (${number}, false); commit`,
    );
  }
  const { seedUpTo } = await import('./seed.ts');
  const seeded = await seedUpTo(client, env);
  await client.query('update schema_migrations set ready = true where not ready');
  const took = Math.round(performance.now() - started);
  if (latest < migrations.length || seeded > 0) {
    log.info({ from: latest, to: migrations.length, shows: seeded, ms: took }, 'migrated');
  }
}

async function whenReachable<Value>(ask: () => Promise<Value>): Promise<Value> {
  const deadline = performance.now() + CONNECT_FOR_MS;
  let tries = 0;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() + RETRY_MS > deadline) throw error;
      tries += 1;
      log[tries === 1 ? 'info' : 'debug']({ reason: String(error) }, 'the database is not there yet');
      await sleep(RETRY_MS);
    }
  }
}
