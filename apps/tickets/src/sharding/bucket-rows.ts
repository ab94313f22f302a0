import type { Client } from 'pg';
import { idsOf } from './bucket.ts';

/** Rows per statement: more would keep a small box busy for longer than a buyer should notice. */
const CHUNK = 200;

/** A bucket on two shards, seen from the one that moves it. */
export interface Way {
  readonly bucket: number;
  readonly source: Client;
  readonly target: Client;
  /** The shows of the bucket. */
  readonly shows: readonly number[];
}

export interface Rows {
  readonly reservations: readonly string[];
  readonly keys: readonly string[];
}

const KEYS_OF_SHOWS = `split_part(key, '/', 1)::int = any($1)`;

export async function showsOf(shard: Client, bucket: number): Promise<number[]> {
  const { rows } = await shard.query<{ id: number }>('select id from shows where bucket_of(id) = $1', [
    bucket,
  ]);
  return rows.map((row) => row.id);
}

/** Copies all that the source has of the bucket to a target that has nothing of it; returns how many rows. */
export async function copyAll(way: Way): Promise<number> {
  const { source, target, bucket, shows } = way;
  const seats = await read(source, 'seats', 'show_id', shows);
  await write(target, 'seats', seats);
  const { from, to } = idsOf(bucket);
  const reservations = await names(
    source,
    'select id::text as name from reservations where id >= $1 and id < $2',
    [from, to],
  );
  const keys = await names(source, `select key as name from idempotency where ${KEYS_OF_SHOWS}`, [shows]);
  const rows = { reservations, keys };
  await copy(way, rows);
  return reservations.length + keys.length;
}

/**
 * Makes the target have these reservations, their seats and these keys as the source has them now. A seat that one of
 * them gave back may be another's already: so first the seats of all of them are taken away, and then given.
 */
export async function copy({ source, target }: Way, { reservations, keys }: Rows): Promise<void> {
  for (const some of chunks(reservations)) {
    const found = await read(source, 'reservations', 'id', some);
    const held = await read(source, 'reserved_seats', 'reservation_id', some);
    await target.query('begin');
    await target.query('delete from reserved_seats where reservation_id = any($1::uuid[])', [some]);
    await write(target, 'reservations', found, 'on conflict (id) do update set status = excluded.status');
    await write(target, 'reserved_seats', held);
    await target.query('commit');
  }
  for (const some of chunks(keys)) {
    await write(
      target,
      'idempotency',
      await read(source, 'idempotency', 'key', some),
      'on conflict do nothing',
    );
  }
}

/** What has changed at the source since it was copied; they count as copied when `copied` was called. */
export async function changes(way: Way): Promise<Rows & { readonly numbers: readonly string[] }> {
  const { rows } = await way.source.query<{ number: string; id: string | null; key: string | null }>(
    `select number, reservation_id as id, key from bucket_changes where bucket = $1 order by number limit ${CHUNK}`,
    [way.bucket],
  );
  return {
    numbers: rows.map((row) => row.number),
    reservations: [...new Set(rows.flatMap((row) => (row.id === null ? [] : [row.id])))],
    keys: [...new Set(rows.flatMap((row) => (row.key === null ? [] : [row.key])))],
  };
}

/** One by one: a change with a lower number may be committed later than one with a higher. */
export async function copied(way: Way, numbers: readonly string[]): Promise<void> {
  await way.source.query('delete from bucket_changes where number = any($1::bigint[])', [numbers]);
}

/** What a shard holds of the bucket, to be compared: how many of each, and how many of them cancelled. */
export async function tally(shard: Client, way: Way): Promise<string> {
  const { from, to } = idsOf(way.bucket);
  const { rows } = await shard.query<{ tally: string }>(
    `select concat_ws(' ',
       (select count(*) from seats where show_id = any($1)),
       (select count(*) || ' ' || count(*) filter (where status = 'cancelled')
        from reservations where id >= $2 and id < $3),
       (select count(*) from reserved_seats where show_id = any($1)),
       (select count(*) from idempotency where ${KEYS_OF_SHOWS})) as tally`,
    [way.shows, from, to],
  );
  return rows[0]?.tally ?? '';
}

/** Removes all that a shard has of the bucket. */
export async function clear(shard: Client, bucket: number): Promise<void> {
  const shows = await showsOf(shard, bucket);
  const { from, to } = idsOf(bucket);
  await shard.query('delete from reserved_seats where show_id = any($1)', [shows]);
  await shard.query('delete from reservations where id >= $1 and id < $2', [from, to]);
  await shard.query(`delete from idempotency where ${KEYS_OF_SHOWS}`, [shows]);
  await shard.query('delete from seats where show_id = any($1)', [shows]);
  await shard.query('delete from bucket_changes where bucket = $1', [bucket]);
}

type Table = 'seats' | 'reservations' | 'reserved_seats' | 'idempotency';

async function read(shard: Client, table: Table, column: string, of: readonly unknown[]): Promise<string> {
  const { rows } = await shard.query<{ found: string }>(
    `select coalesce(json_agg(one), '[]')::text as found from ${table} one where ${column} = any($1)`,
    [of],
  );
  return rows[0]?.found ?? '[]';
}

/** As text: both sides have the same columns, and nobody between them needs to know which. */
async function write(shard: Client, table: Table, rows: string, conflict = ''): Promise<void> {
  if (rows === '[]') return;
  await shard.query(
    `insert into ${table} select * from json_populate_recordset(null::${table}, $1) ${conflict}`,
    [rows],
  );
}

async function names(shard: Client, text: string, values: readonly unknown[]): Promise<string[]> {
  const { rows } = await shard.query<{ name: string }>(text, values as unknown[]);
  return rows.map((row) => row.name);
}

function chunks<One>(all: readonly One[]): One[][] {
  return Array.from({ length: Math.ceil(all.length / CHUNK) }, (_, index) =>
    all.slice(index * CHUNK, (index + 1) * CHUNK),
  );
}
