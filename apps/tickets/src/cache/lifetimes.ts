/** How long a kind of answer is kept, in milliseconds. */
export interface Lifetime {
  /** So long it is fresh, or up to a fifth less, so that what was filled together does not run out together. */
  readonly freshMs: number;
  /** So much longer it is served, while one instance fetches a newer one. */
  readonly staleMs: number;
}

/** The seats of a show change with every sale. */
export const SEATS: Lifetime = { freshMs: 4000, staleMs: 500 };
/** The catalogue changes when somebody edits it. */
export const CATALOGUE: Lifetime = { freshMs: 30_000, staleMs: 10_000 };

/**
 * How old a seat map may ever be, in milliseconds: so long after a buyer was told that a seat is theirs may somebody
 * else still see it as free. `told` holds when the cache heard of the sale, which is before the buyer does. `ever` holds
 * when it did not: the instance that sold was killed in between, or the cache was out of its reach. It is the value's
 * whole life, the second by which a replica may lag that it was read from (`REPLICA_MAX_LAG_MS`), and the time until an
 * instance notices that it hears of no primary. From then on its answers say how much older they may be (`X-Data-Age`).
 */
export const STALENESS = {
  told: SEATS.staleMs,
  ever: SEATS.freshMs + SEATS.staleMs + 1000 + 2500,
  /**
   * In another region, which hears of the sale over the link: the way there (40 ms), what gathers for one message, and
   * boxes that may be halted by their quota on both sides of it, twice 50 ms.
   */
  elsewhere: SEATS.staleMs + 200,
} as const;

/** Until a fill counts as lost and another instance may try. */
export const LOCK_MS = 2000;
/** A replica that lags longer than this is not read from, so by then no fill needs to be told where to read. */
export const POSITION_MS = 10_000;
