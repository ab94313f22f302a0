import type { Client } from 'pg';
import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import { migrate } from '../stores/migrate.ts';
import type { Pool } from '../stores/pool.ts';
import { BUCKETS } from './bucket.ts';
import { CATALOGUE_TABLES } from './catalogue-tables.ts';
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
  if (await has(catalogue, 'show_pages')) return;
  await migrate(catalogue, env);
  await alone(catalogue, 'show_pages', async (client) => {
    await client.query(CATALOGUE_TABLES);
    await client.query(
      `insert into bucket_map select bucket, bucket * $1::int / ${BUCKETS} + 1, 1
       from generate_series(0, ${BUCKETS - 1}) bucket`,
      [shards],
    );
  });
}

/**
 * Makes a database a shard with these buckets, `owned` at the map's version; of the seats it keeps those of its own
 * shows. Costs one query when it is one: which buckets it has then is its own to say.
 */
export async function prepareShard(
  shard: Pool,
  owned: () => Promise<readonly { readonly bucket: number; readonly version: string }[]>,
  env: Pick<Environment, 'seed' | 'shows'>,
): Promise<void> {
  if (await has(shard, 'buckets')) return;
  await migrate(shard, env);
  const rows = await owned();
  await alone(shard, 'buckets', async (client) => {
    await client.query(SHARD_TABLES);
    await client.query(
      `insert into buckets (bucket, state, version)
       select bucket, 'owned', version from json_to_recordset($1) as one(bucket int, version bigint)`,
      [JSON.stringify(rows)],
    );
    await client.query(KEEP_OWN_SEATS);
  });
  await shard.rows('vacuum analyze seats, buckets');
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
