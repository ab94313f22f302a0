import type { Client } from 'pg';
import type { Environment } from '../environment.ts';
import { type CatalogueShow, catalogue } from '../seed/index.ts';

const INSERT_SHOWS = `
insert into shows (id, slug, title, artist, venue, city, starts_at, starts_at_local, from_cents, currency, poster, description)
select id, slug, title, artist, venue, city, "startsAt"::timestamptz, "startsAt", "fromCents", currency, poster, description
from json_to_recordset($1) as show(
  id int, slug text, title text, artist text, venue text, city text, "startsAt" text, "fromCents" int,
  currency text, poster text, description text)`;

const INSERT_SEATS = `
insert into seats (show_id, seat, row_label, seat_number, price_cents, on_sale_until)
select * from unnest($1::int[], $2::int[], $3::text[], $4::int[], $5::int[], $6::timestamptz[])`;

/** Adds what the shop lacks of the seed's season; returns how many shows it added. */
export async function seedUpTo(client: Client, env: Pick<Environment, 'seed' | 'shows'>): Promise<number> {
  const { rows } = await client.query<{ shows: number }>('select count(*)::int as shows from shows');
  const present = rows[0]?.shows ?? 0;
  if (present >= env.shows) return 0;
  // A longer season begins with the shorter one.
  const shows = catalogue({ seed: env.seed, shows: env.shows }).slice(present);
  await client.query('begin');
  await client.query(INSERT_SHOWS, [JSON.stringify(shows.map(row))]);
  const seats = shows.flatMap((show) => show.seats.map((seat) => ({ show, ...seat })));
  await client.query(INSERT_SEATS, [
    seats.map((seat) => seat.show.id),
    seats.map((seat) => seat.seat),
    seats.map((seat) => seat.row),
    seats.map((seat) => seat.number),
    seats.map((seat) => seat.priceCents),
    seats.map((seat) => seat.show.startsAt),
  ]);
  await client.query('commit');
  // Only these: an analysed empty table counts as one that stays empty, and is then planned for by sequential scan.
  await client.query('vacuum analyze shows, seats');
  return shows.length;
}

function row({ seats, ...show }: CatalogueShow) {
  return {
    ...show,
    fromCents: seats.reduce((low, seat) => Math.min(low, seat.priceCents), Number.MAX_SAFE_INTEGER),
  };
}
