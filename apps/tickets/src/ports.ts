/**
 * The shop's ports: few and small. A store, a decorator or a stage's composition takes and returns these and nothing
 * else, so that each stage's `app.ts` is a list of names and how they are wired.
 */

export interface Show {
  readonly id: number;
  readonly slug: string;
  readonly title: string;
  readonly artist: string;
  readonly venue: string;
  readonly city: string;
  /** ISO 8601 with offset. */
  readonly startsAt: string;
  /** Lowest price, in cents. */
  readonly fromCents: number;
  readonly currency: string;
  /** Path of the poster below the site's root. */
  readonly poster: string;
  readonly description: string;
}

/** Hot answers are built as JSON text in SQL and pass unparsed from the store to the socket. */
export type JsonText = string & { readonly json: true };

/**
 * How fresh a read must be. `after`: a write position (Postgres LSN, `16/B374D848`) that the answer must include,
 * the token that a client got with its last write. A store without replicas ignores it.
 */
export interface ReadOptions {
  readonly after?: string | undefined;
  /** Filled in by a store that has something to say of where the answer came from. */
  readonly note?: ReadNote;
}

export interface ReadNote {
  /**
   * `HIT`, or `STALE` while a newer one is fetched; `MISS`: fetched for the cache; `BYPASS`: the cache was of no use.
   */
  cache?: 'HIT' | 'STALE' | 'MISS' | 'BYPASS';
  /** The same text has the same version. */
  version?: string;
  /** The same text in gzip, one character for each byte, when it is at hand. */
  gzip?: string;
  /** A write position that the answer certainly includes: what was read, never what was asked for. */
  position?: string;
  /** No primary could be reached: the answer may be as old as `Store.ageMs` says, and is not kept for others. */
  aged?: boolean;
}

export interface Shows {
  /** All shows on sale, soonest first, as a JSON array of `Show`. */
  list(options?: ReadOptions): Promise<JsonText>;
  /** One show as JSON text, or null. */
  find(id: number, options?: ReadOptions): Promise<JsonText | null>;
}

/** What the JSON text of `Reservations.seatMap` holds. */
export interface SeatMap {
  readonly showId: number;
  readonly seats: readonly {
    /** 1 … 500 within the show. */
    readonly seat: number;
    readonly row: string;
    readonly number: number;
    readonly priceCents: number;
    readonly sold: boolean;
  }[];
}

/** How the buyer gets the ticket: mailed at once, or collected at the box office on the evening, without a mail. */
export type TicketBy = 'mail' | 'box-office';

export interface ReservationRequest {
  readonly showId: number;
  /** Seat numbers within the show, 1 … 500; 1 to 8 of them, all different. */
  readonly seats: readonly number[];
  readonly name: string;
  readonly email: string;
  readonly ticket: TicketBy;
  /** The client's key: the same key gives the same answer after any crash or retry. */
  readonly idempotencyKey: string;
}

export interface Reservation {
  /** UUID. Names the reservation, and opens nothing. */
  readonly id: string;
  /** The management token: a client reads and cancels the reservation with it. Not for logs, nor for URLs that servers see. */
  readonly token: string;
  readonly showId: number;
  readonly seats: readonly number[];
  readonly name: string;
  readonly email: string;
  readonly ticket: TicketBy;
  readonly totalCents: number;
  readonly status: 'confirmed' | 'cancelled';
  readonly createdAt: string;
}

export type ReserveOutcome =
  /** `replayed`: the key was known, this is the first answer again. `position`: token for `ReadOptions.after`. */
  | {
      readonly kind: 'reserved';
      readonly reservation: Reservation;
      readonly replayed: boolean;
      readonly position?: string;
      /** The ticket is still to be mailed, by the app itself. */
      readonly mail?: MailClaim;
    }
  | { readonly kind: 'taken'; readonly seats: readonly number[] }
  | { readonly kind: 'no-such-show' }
  | { readonly kind: 'no-such-seat'; readonly seats: readonly number[] }
  /** The show has begun. */
  | { readonly kind: 'over' }
  /** The key was used before with another request body. */
  | { readonly kind: 'key-reused' };

/** Who may mail a ticket: one request at a time, for some seconds each. */
export interface MailClaim {
  /** `held`: by another request, which may be mailing it, or may be gone. */
  readonly state: 'ours' | 'held';
  /** Names the request that asks, whether the claim is its own or not. */
  readonly token: string;
  /** By `performance.now()`: until then nobody else can claim it, if it is ours; after that we can, if it is held. */
  readonly until: number;
}

/** Which mailed tickets are owed, in stages whose apps mail them. Both reject when the database does not answer. */
export interface Mails {
  /** Claims a mail, or claims it for longer. Null: none is owed; it was sent, or its reservation was cancelled. */
  claim(reservationId: string, token: string): Promise<MailClaim | null>;
  /** `taken`: the mail server has it. Otherwise the next request may try at once. */
  end(reservationId: string, token: string, taken: boolean): Promise<void>;
}

export type CancelOutcome =
  /** `freed`: this call freed the seats, false when they were free already (and may have been sold again since). */
  | {
      readonly kind: 'cancelled';
      readonly reservation: Reservation;
      readonly freed: boolean;
      readonly position?: string;
    }
  /** The show has begun: its tickets are not given back. */
  | { readonly kind: 'over' }
  | { readonly kind: 'not-found' };

export interface Reservations {
  /** Every seat of a show with row, number, price and whether it is sold, as JSON text; null: no such show. */
  seatMap(showId: number, options?: ReadOptions): Promise<JsonText | null>;
  reserve(request: ReservationRequest): Promise<ReserveOutcome>;
  /** With a token that is not this reservation's there is no such reservation. */
  cancel(id: string, token: string): Promise<CancelOutcome>;
  /** For a client only together with its token, which the routes compare. */
  find(id: string, options?: ReadOptions): Promise<Reservation | null>;
}

/** Where a stage keeps what it sells. */
export interface Store {
  readonly shows: Shows;
  readonly reservations: Reservations;
  /**
   * Whether a write position that a client sends has ever been reached, as far as that can be known: a position beyond it
   * is forged, or belongs to another shop, and is ignored. Without this function the store gives no positions, and
   * ignores all of them. Never rejects.
   */
  reached?(position: string): Promise<boolean>;
  /** By how many milliseconds more than usual what is read may be old, because the primary has not been heard of. */
  ageMs?(): number;
  /** Where the app itself mails tickets. */
  readonly mails?: Mails;
}

/** How shows are selling. */
export interface Sales {
  /** Shows of which many seats went within the last minutes, as a JSON array of `{showId, seats}`, most first. */
  sellingFast(): Promise<JsonText>;
}

/** An answer gathered from many: `missing` names those of them that gave none, or could not be asked. */
export interface Gathered<Found> {
  readonly found: readonly Found[];
  readonly missing: readonly string[];
}

/** What was sold of a show, or of all. */
export interface Takings {
  readonly reservations: number;
  readonly seats: number;
  readonly revenueCents: number;
}

export interface ShowTakings extends Takings {
  readonly showId: number;
}

/** Links to all reservations of an address, which are mailed to that address and nowhere else. */
export interface MailedLinks {
  /** Has a link mailed, whether or not there are reservations; otherwise the seconds until the address may have another. */
  request(email: string): Promise<'mailed' | number>;
  /** The address that the token of a link was mailed to; null: it is forged, another stack's, or its time is over. */
  addressIn(token: string): Promise<string | null>;
}

/** Questions that no show's number narrows down: all shards are asked at the same time. */
export interface Overview {
  readonly links: MailedLinks;
  /** A buyer's reservations, the newest first, fifty at most. */
  ofBuyer(email: string): Promise<Gathered<Reservation>>;
  /** What was sold of each show that sold anything. */
  takings(): Promise<Gathered<ShowTakings>>;
}

/** A confirmed reservation becomes a ticket and a mail, unless its buyer collects the ticket at the box office. */
export interface Delivery {
  /**
   * `announced`: the show's watchers were told of the sale. Who draws the ticket here keeps the processor, and waits for it.
   * Never rejects.
   *
   * @returns `owed`: the mail has not gone out, as far as is known; the next request with the same key may send it.
   */
  deliver(sale: Sold, announced: Promise<void>): Promise<'done' | 'owed'>;
}

export type Sold = Extract<ReserveOutcome, { kind: 'reserved' }>;

export interface SeatChange {
  /** The reservation's. Not for clients. */
  readonly id?: string | undefined;
  readonly showId: number;
  readonly seats: readonly number[];
  readonly sold: boolean;
  /** Of the write: who reads from another copy of the data must read after it. */
  readonly position?: string | undefined;
}

/** Seats sold or freed through any instance reach the clients of every instance. */
export interface SeatFeed {
  publish(change: SeatChange): Promise<void>;
  /**
   * Returns the function that ends the subscription. `missed` is called when changes may have been lost on the way: what
   * the client knows is old.
   */
  subscribe(showId: number, listener: (change: SeatChange) => void, missed?: () => void): () => void;
}

/** Something an instance needs to serve: asked by /readyz, closed at the end of a graceful stop. */
export interface Dependency {
  readonly name: string;
  /** Without it the instance is slower or poorer but serves: /readyz reports it and does not depend on it. */
  readonly optional?: boolean;
  /** Rejects, within its own time limit, when the dependency cannot serve. */
  check(): Promise<void>;
  close(): Promise<void>;
}
