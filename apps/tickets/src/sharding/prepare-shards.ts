import type { Client } from 'pg';
import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import { migrate } from '../stores/migrate.ts';
import type { Pool } from '../stores/pool.ts';
import { BUCKETS } from './bucket.ts';
import { CATALOGUE_TABLES } from './catalogue-tables.ts';
import {
  identityOf,
  recognise,
  refuseBlank,
  SHARD_DATABASES,
  SHARD_IDENTITY,
  SHARDS_OF_AN_OLDER_MAP,
} from './shard-identity.ts';
import { readMap } from './shard-map.ts';
import { SHARD_TABLES } from './shard-tables.ts';

/** As in `stores/migrate.ts`: of many that start at once, one does the work. */
const LOCK = 7_205_022;
const STATEMENT_LIMIT_MS = 60_000;

/** Without the foreign key meanwhile: it would be checked for each of thousands of seats that nobody has bought. */
const KEEP_OWN_SEATS = `
alter table reserved_seats drop constraint reserved_seats_show_id_seat_fkey;
delete from seats where bucket_of(show_id) not in (select bucket from buckets);
alter table reserved_seats add constraint reserved_seats_show_id_seat_fkey
  foreign key (show_id, seat) references seats`;

/**
 * Makes the database the catalogue of `shards` shards: the map, the journal, the vertical split. Costs one query when it
 * is one. At first each shard gets as many buckets as the others, in a row; after that the map's rows count.
 */
export async function prepareCatalogue(
  catalogue: Pool,
  shards: number,
  env: Pick<Environment, 'seed' | 'shows'>,
): Promise<void> {
  if (await has(catalogue, 'shard_databases')) return;
  const isOlder = await has(catalogue, 'show_pages');
  if (!isOlder) await migrate(catalogue, env);
  await alone(catalogue, 'shard_databases', async (client) => {
    await client.query(SHARD_DATABASES);
    if (isOlder) {
      await client.query(SHARDS_OF_AN_OLDER_MAP);
      return;
    }
    await client.query(CATALOGUE_TABLES);
    await client.query(
      `insert into bucket_map select bucket, bucket * $1::int / ${BUCKETS} + 1, 1
       from generate_series(0, ${BUCKETS - 1}) bucket`,
      [shards],
    );
  });
}

/** A database that is to be a shard. */
export interface ShardPlace {
  readonly number: number;
  readonly shard: Pool;
  readonly catalogue: Pool;
  readonly env: Pick<Environment, 'seed' | 'shows'>;
}

/**
 * Makes a blank database a shard with the buckets that the map names for it, and of the seats keeps those of its own
 * shows; only where the shard has never had data. Which buckets it has later is its own to say. Costs one query when the
 * database is the one of identity `known`.
 *
 * @returns the database's identity
 * @throws ForeignShard when the shard's data is in another database.
 */
export async function prepareShard(place: ShardPlace, known?: string): Promise<string> {
  const { number, shard, catalogue } = place;
  const { name } = shard;
  const found = await identityOf(shard);
  if (found !== null && found === known) return found;
  const identity = found ?? (await beShard(place));
  await recognise(catalogue, number, { name, identity });
  return identity;
}

/** Gives a database without an identity one; a blank one becomes a shard. */
async function beShard(place: ShardPlace): Promise<string> {
  const { number, shard, catalogue, env } = place;
  const isBlank = !(await has(shard, 'buckets'));
  if (isBlank) {
    await refuseBlank(catalogue, number, shard.name).catch(async (error: unknown) => {
      // Another instance may have made and noted it a moment ago.
      if ((await identityOf(shard)) === null) throw error;
    });
    await migrate(shard, env);
  }
  const rows = isBlank ? await ownedBy(catalogue, number) : [];
  await alone(shard, 'shard_identity', async (client) => {
    await client.query(SHARD_IDENTITY);
    if (!isBlank) return;
    await client.query(SHARD_TABLES);
    await client.query(
      `insert into buckets (bucket, state, version)
       select bucket, 'owned', version from json_to_recordset($1) as one(bucket int, version bigint)`,
      [JSON.stringify(rows)],
    );
    await client.query(KEEP_OWN_SEATS);
  });
  if (isBlank) await shard.rows('vacuum analyze seats, buckets');
  const identity = await identityOf(shard);
  if (identity === null) throw new Error(`${shard.name} did not become a shard`);
  return identity;
}

async function ownedBy(catalogue: Pool, number: number): Promise<{ bucket: number; version: string }[]> {
  const { version, shardOf } = await readMap(catalogue);
  return shardOf.flatMap((shard, bucket) => (shard === number ? [{ bucket, version: String(version) }] : []));
}

/** Within one transaction, unless another instance was faster. */
async function alone(pool: Pool, table: string, make: (client: Client) => Promise<void>): Promise<void> {
  const started = performance.now();
  await pool.session(async (client) => {
    await client.query(`set statement_timeout = ${STATEMENT_LIMIT_MS}`);
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
    const { rows } = await client.query<{ present: boolean }>(present(table));
    if (rows[0]?.present !== true) {
      await make(client);
      log.info({ database: pool.name, table, ms: Math.round(performance.now() - started) }, 'prepared');
    }
    await client.query('commit');
  });
}

async function has(pool: Pool, table: string): Promise<boolean> {
  const [row] = await pool.rows<{ present: boolean }>(present(table));
  return row?.present === true;
}

function present(table: string): string {
  return `select to_regclass('${table}') is not null as present`;
}
