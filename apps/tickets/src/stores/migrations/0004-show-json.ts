/**
 * A show as its answer, built when it is written: shows are read a million times for each time they change, and
 * building the list's JSON at each read took more of the database than everything else in a sale.
 */
export const showJson = `
alter table shows add column json text;

create function show_json(show shows) returns text language sql stable as $$
  select json_build_object('id', show.id, 'slug', show.slug, 'title', show.title, 'artist', show.artist,
    'venue', show.venue, 'city', show.city, 'startsAt', show.starts_at_local, 'fromCents', show.from_cents,
    'currency', show.currency, 'poster', show.poster, 'description', show.description)::text
$$;

create function write_show_json() returns trigger language plpgsql as $$
begin
  new.json := show_json(new);
  return new;
end $$;

create trigger write_json before insert or update on shows for each row execute function write_show_json();
update shows set id = id;
alter table shows alter column json set not null;
`;
