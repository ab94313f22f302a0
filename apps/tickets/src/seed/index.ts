import { ACTS } from './acts.ts';
import { CURTAINS, startsAt } from './dates.ts';
import { PLACES } from './places.ts';
import { posterPath } from './poster-path.ts';
import { random, seedOf } from './random.ts';
import { type CatalogueSeat, hall } from './seats.ts';
import { slug } from './slug.ts';

/** A show of the seed with all its seats; the fields it shares with `Show` mean the same. */
export interface CatalogueShow {
  readonly id: number;
  readonly slug: string;
  readonly title: string;
  readonly artist: string;
  readonly venue: string;
  readonly city: string;
  readonly startsAt: string;
  readonly currency: string;
  readonly poster: string;
  readonly description: string;
  readonly seats: readonly CatalogueSeat[];
}

/**
 * The first `shows` shows of the season with this seed, in the order of their local dates. The same seed gives the
 * same bytes, always and everywhere, and a longer season begins with the shorter one. Every act plays once before any
 * plays again.
 */
export function catalogue(options: { seed: number; shows: number }): CatalogueShow[] {
  const season: CatalogueShow[] = [];
  const slugs = new Map<string, number>();
  const booked = new Set<string>();
  let day = 0;
  for (let index = 0; index < options.shows; index += 1) {
    const { act, place } = billing(options.seed, index);
    const chance = random(seedOf(options.seed, index));
    const venue = chance.pick(place.venues);
    day += chance.integer(0, 2);
    while (booked.has(`${day} ${venue}`)) day += 1;
    booked.add(`${day} ${venue}`);
    season.push({
      id: index + 1,
      slug: unique(slugs, slug(`${act.artist} ${place.city}`)),
      title: act.title,
      artist: act.artist,
      venue,
      city: place.city,
      startsAt: startsAt(day, chance.pick(CURTAINS), place.offsetHours),
      currency: place.currency,
      poster: posterPath(act),
      description: act.about,
      seats: hall(chance.integer(17, 44) * 100 + chance.pick([0, 50])),
    });
  }
  return season;
}

/** Who plays where: each round of the tour shuffles the acts anew, so that no two evenings in a row look alike. */
function billing(seed: number, index: number) {
  const round = Math.floor(index / ACTS.length);
  const order = random(seedOf(seed, -1 - round)).shuffle(ACTS);
  const act = order[index % ACTS.length];
  if (act === undefined) throw new RangeError(`no act for show ${index + 1}`);
  return { act, place: random(seedOf(seed, index, 7)).pick(PLACES) };
}

/** An act that comes back to a city has a number: `neon-fjord-ashcombe-2`. */
function unique(taken: Map<string, number>, wanted: string): string {
  const times = (taken.get(wanted) ?? 0) + 1;
  taken.set(wanted, times);
  return times === 1 ? wanted : `${wanted}-${times}`;
}
