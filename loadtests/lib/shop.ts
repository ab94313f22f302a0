import http from 'k6/http';
import { settings } from './settings.ts';

/** What k6 learns about a shop before the run. */
export interface Shop {
  readonly showIds: readonly number[];
  readonly posters: readonly string[];
  /** The storefront's script, under its hashed name. */
  readonly script: string;
}

function learn(url: string): Shop {
  const list = http.get(`${url}/shows`, { responseType: 'text' });
  if (list.status !== 200)
    throw new Error(`${url}/shows answered ${list.status || list.error}: is the stack up?`);
  const shows = JSON.parse(String(list.body)) as { id: number; poster: string }[];
  if (shows.length === 0) throw new Error(`${url}/shows is empty: was the shop seeded?`);
  const page = http.get(`${url}/`, { responseType: 'text' });
  const script = /<script[^>]+src="([^"]+\.js)"/.exec(String(page.body))?.[1] ?? '';
  return { showIds: shows.map((show) => show.id), posters: shows.map((show) => show.poster), script };
}

/** Outside the timed part: asks each side once for its shows, posters and script. */
export function setup(): Record<string, Shop> {
  return Object.fromEntries(settings.targets.map((target) => [target.side, learn(target.url)]));
}
