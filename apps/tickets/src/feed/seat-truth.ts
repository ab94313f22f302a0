import type { Pool, Statement } from '../stores/pool.ts';

const SEAT_CHANGES: Statement = {
  name: 'seat-changes',
  text: 'select seat_changes($1, $2, $3, $4, $5)',
};

/** Show, seat, whether it is sold, and the change of a reservation (`changeKey`) that brought it up. */
export type SeatState = readonly [showId: number, seat: number, sold: boolean, key: string | null];

/** Names a reservation's sale, or its cancellation; as `seat_changes` does. */
export const changeKey = (id: string, sold: boolean): string => `${id} ${sold}`;

export interface Examined {
  readonly seats: readonly SeatState[];
  /** What was known before may never have happened: another database answers, or an earlier state of it. */
  readonly gap: boolean;
  /** Every database that was asked has answered. */
  readonly whole: boolean;
}

/**
 * What the database itself says of seats. It is asked for changes, so that a sale is noticed that nobody announced, and
 * again for each seat that somebody announced, so that announcements in the wrong order are put right.
 */
export interface SeatTruth {
  /** The show has its first watcher: what changed shortly before counts, too. */
  opened(showId: number): void;
  /** The last subscriber has left: changes are of no interest until the next one. */
  rest(): void;
  /** Streams were told of these seats. */
  told(showId: number, seats: readonly number[]): void;
  /** What changed of these shows since the last answer, and the seats that were told of. @throws when it cannot be asked. */
  examine(shows: readonly number[]): Promise<Examined>;
}

interface Answer {
  readonly since: string;
  readonly seats: readonly SeatState[];
}

/** The truth of one database. */
export function seatTruth(
  database: Pick<Pool, 'text' | 'url'>,
  statement: Statement = SEAT_CHANGES,
): SeatTruth {
  let since: string | undefined;
  let url: string | undefined;
  let rests = 0;
  let opened = new Set<number>();
  let told = new Map<string, readonly [number, number]>();

  return {
    opened: (showId) => void opened.add(showId),
    rest() {
      since = undefined;
      opened.clear();
      told.clear();
      rests += 1;
    },
    told(showId, seats) {
      for (const seat of seats) told.set(`${showId}/${seat}`, [showId, seat]);
    },
    async examine(shows) {
      const here = database.url;
      const moved = url !== undefined && url !== here;
      const asked = { opened, told, rests };
      opened = new Set();
      told = new Map();
      try {
        const answer = await ask(database, statement, {
          since: moved ? undefined : since,
          shows,
          // Another database: what was not told before its promotion lies in its last transactions.
          opened: moved ? shows : [...asked.opened],
          told: [...asked.told.values()],
        });
        const back = since !== undefined && BigInt(answer.since) < BigInt(since);
        // Nobody watches since: the next one who does begins there.
        if (asked.rests === rests) since = answer.since;
        url = here;
        return { seats: answer.seats, gap: moved || back, whole: true };
      } catch (error) {
        // They are asked for with the next question.
        if (asked.rests !== rests) throw error;
        for (const showId of asked.opened) opened.add(showId);
        for (const [key, seat] of asked.told) told.set(key, seat);
        throw error;
      }
    },
  };
}

interface Question {
  readonly since: string | undefined;
  readonly shows: readonly number[];
  readonly opened: readonly number[];
  readonly told: readonly (readonly [number, number])[];
}

async function ask(
  database: Pick<Pool, 'text'>,
  statement: Statement,
  { since, shows, opened, told }: Question,
): Promise<Answer> {
  const values = [since, shows, opened, told.map(([showId]) => showId), told.map(([, seat]) => seat)];
  const text = await database.text(statement, values);
  if (text === null) throw new Error('the database does not say which seats changed');
  return JSON.parse(text) as Answer;
}
