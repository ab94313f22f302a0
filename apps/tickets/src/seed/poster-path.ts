import type { Act } from './acts.ts';
import { slug } from './slug.ts';

/**
 * Where an act's poster lies below the site's root. The name is stable, because the database stores it; `v1` is the
 * edition: redrawn posters get the next one, so that a cache may keep each path for ever.
 */
export function posterPath(act: Pick<Act, 'artist'>): string {
  return `/posters/v1/${slug(act.artist)}.svg`;
}
