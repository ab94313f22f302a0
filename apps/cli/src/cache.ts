import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where parts and prepared data are kept between checkouts: `$XDG_CACHE_HOME/scaling-0-to-millions`. */
export function cacheFolder(...inside: string[]): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'scaling-0-to-millions', ...inside);
}
