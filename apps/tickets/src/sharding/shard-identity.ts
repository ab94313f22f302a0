import type { Pool } from '../stores/pool.ts';

/** Written into a database when it becomes a shard: a copy of its data has it too, a blank disk has not. */
export const SHARD_IDENTITY = `
create table shard_identity (one boolean primary key default true check (one), id uuid not null);
insert into shard_identity (id) values (gen_random_uuid())`;

/**
 * The catalogue's note of which database is which shard. Without a row a shard has never had data; without an identity it
 * has had data since before identities were noted.
 */
export const SHARD_DATABASES = 'create table shard_databases (number int primary key, identity uuid)';

/** For a map that is older than the note: what its shards hold was not written down, so none of them may be blank. */
export const SHARDS_OF_AN_OLDER_MAP =
  'insert into shard_databases (number) select distinct shard from bucket_map';

/** Nothing of the shop lies on the shard: the map names none of its buckets, and none is on its way to it. */
const IS_EMPTY = `not exists (select from bucket_map where shard = $1)
  and not exists (select from bucket_moves where target = $1 and state = 'copying')`;

/** A shard's box answers, and its database is not the one that had the shard's buckets. It must sell nothing. */
export class ForeignShard extends Error {
  override readonly name = 'ForeignShard';

  constructor(shard: string) {
    super(`${shard} holds another database than the one that has its sales, so it sells nothing`);
  }
}

/** null: the database was given none. */
export async function identityOf(shard: Pool): Promise<string | null> {
  try {
    const [row] = await shard.rows<{ id: string }>('select id from shard_identity');
    return row?.id ?? null;
  } catch (error) {
    if ((error as { code?: string }).code === '42P01') return null;
    throw error;
  }
}

/** @throws ForeignShard when a database without anything must not become this shard. */
export async function refuseBlank(catalogue: Pool, number: number, name: string): Promise<void> {
  const [row] = await catalogue.rows<{ allowed: boolean }>(
    `select not exists (select from shard_databases where number = $1) or (${IS_EMPTY}) as allowed`,
    [number],
  );
  if (row?.allowed !== true) throw new ForeignShard(name);
}

/** Notes the identity of a shard that has none yet. @throws ForeignShard when it has another. */
export async function recognise(
  catalogue: Pool,
  number: number,
  { name, identity }: { readonly name: string; readonly identity: string },
): Promise<void> {
  const noted = async () =>
    (
      await catalogue.rows<{ identity: string | null }>(
        'select identity from shard_databases where number = $1',
        [number],
      )
    )[0]?.identity;
  if ((await noted()) === identity) return;
  await catalogue.rows(
    `insert into shard_databases as known (number, identity) values ($1, $2)
     on conflict (number) do update set identity = excluded.identity
     where known.identity is null or (${IS_EMPTY})`,
    [number, identity],
  );
  if ((await noted()) !== identity) throw new ForeignShard(name);
}
