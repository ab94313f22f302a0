/**
 * The shop's tables. `seat_sold_once` is the authority for a seat: whatever instances, caches or replicas believe,
 * the primary takes one sale per show and seat. It is not the primary key so that a lesson can take it away and see.
 */
export const shop = `
create table shows (
  id int primary key,
  slug text not null unique,
  title text not null,
  artist text not null,
  venue text not null,
  city text not null,
  starts_at timestamptz not null,
  -- As announced, with the venue's own offset, which timestamptz does not keep.
  starts_at_local text not null,
  -- The lowest price of its seats, kept here because the list of shows is asked for far more often than prices change.
  from_cents int not null,
  currency text not null,
  poster text not null,
  description text not null
);
create index shows_by_start on shows (starts_at, id);

create table seats (
  show_id int not null references shows,
  seat int not null,
  row_label text not null,
  seat_number int not null,
  price_cents int not null,
  primary key (show_id, seat)
);

create table reservations (
  id uuid primary key,
  show_id int not null references shows,
  -- What was sold, also after a cancellation has freed it.
  seats int[] not null,
  name text not null,
  email text not null,
  total_cents int not null,
  status text not null default 'confirmed' check (status in ('confirmed', 'cancelled')),
  created_at timestamptz not null default now()
);

create table reserved_seats (
  reservation_id uuid not null references reservations,
  show_id int not null,
  seat int not null,
  primary key (reservation_id, seat),
  constraint seat_sold_once unique (show_id, seat),
  foreign key (show_id, seat) references seats
);

-- The first outcome of each key, written in the transaction that decided it.
create table idempotency (
  key text primary key,
  request_hash text not null,
  outcome text not null,
  created_at timestamptz not null default now()
);
`;
