import { BUCKETS } from './bucket.ts';

/**
 * What the catalogue's database has besides the shows.
 *
 * - `bucket_map`: which shard has which bucket. `version` counts the changes of the whole map; a row has that of its own
 *   last change.
 * - `bucket_moves`: the journal of moves, one row each, written before and after every step: what was begun can be
 *   completed or undone by whoever comes next.
 * - `show_pages`: the vertical split. What visitors read, and a million times as often: the row is the answer. `shows`
 *   keeps the columns that the box office edits, and nobody reads them to show a page.
 */
export const CATALOGUE_TABLES = `
create table bucket_map (
  bucket int primary key check (bucket between 0 and ${BUCKETS - 1}),
  shard int not null check (shard > 0),
  version bigint not null
);

create table bucket_moves (
  number bigint generated always as identity primary key,
  bucket int not null references bucket_map,
  source int not null,
  target int not null check (target <> source),
  state text not null default 'planned'
    check (state in ('planned', 'copying', 'handed-over', 'done', 'undone')),
  frozen_ms int,
  rows_moved int,
  began_at timestamptz,
  ended_at timestamptz
);
-- A bucket is on one way at a time.
create unique index bucket_moves_under_way on bucket_moves (bucket) where state not in ('done', 'undone');

create table show_pages (
  show_id int primary key references shows on delete cascade,
  starts_at timestamptz not null,
  json text not null
);
insert into show_pages select id, starts_at, json from shows;
drop trigger write_json on shows;
drop trigger end_sale on shows;
alter table shows drop column json;
create or replace function write_show_json() returns trigger language plpgsql as $$
begin
  insert into show_pages values (new.id, new.starts_at, show_json(new))
    on conflict (show_id) do update set starts_at = excluded.starts_at, json = excluded.json;
  return null;
end $$;
create trigger write_page after insert or update on shows for each row execute function write_show_json();
-- The seats, and what is sold of them, are on the shards.
drop table reserved_seats, reservations, idempotency, seats cascade;
analyze show_pages;
`;
