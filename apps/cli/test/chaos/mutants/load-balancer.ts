import type { Mutant } from './mutant.ts';

const MIGRATIONS = 'apps/tickets/src/stores/migrations';

/** Bugs of a shop with several apps and one database. */
export const LOAD_BALANCER: readonly Mutant[] = [
  {
    name: 'no constraint on a seat',
    stage: 3,
    breaks: ['P2'],
    edits: [
      {
        file: `${MIGRATIONS}/0001-shop.ts`,
        find: '  constraint seat_sold_once unique (show_id, seat),\n',
        replace: '',
      },
    ],
  },
  {
    name: 'a key that is not looked up',
    stage: 3,
    breaks: ['P3'],
    edits: [
      {
        file: `${MIGRATIONS}/0013-management-token.ts`,
        find: 'from idempotency where key = in_key;',
        replace: 'from idempotency where false;',
      },
      {
        file: `${MIGRATIONS}/0013-management-token.ts`,
        find: 'values (in_key, hash, result);',
        replace: 'values (in_key, hash, result) on conflict do nothing;',
      },
    ],
  },
  {
    name: 'maps of the last half second are kept in the app',
    stage: 3,
    breaks: ['P5'],
    edits: [
      {
        file: 'apps/tickets/src/stores/postgres.ts',
        find: '      seatMap: (showId) => json(sql.seatMap, showId),',
        replace: `      seatMap: (showId) => {
        const known = maps.get(showId);
        if (known !== undefined && Date.now() - known.at < 500) return known.map;
        const map = json(sql.seatMap, showId);
        maps.set(showId, { at: Date.now(), map });
        return map;
      },`,
      },
      {
        file: 'apps/tickets/src/stores/postgres.ts',
        find: '  return {\n    pool,',
        replace:
          '  const maps = new Map<number, { at: number; map: Promise<JsonText | null> }>();\n  return {\n    pool,',
      },
    ],
  },
  {
    name: 'a feed that neither says that it broke nor asks the database',
    stage: 3,
    breaks: ['P6'],
    edits: [
      {
        file: 'apps/tickets/src/feed/notify-feed.ts',
        find: '      // What was said until now was not heard here.\n      missed();\n',
        replace: '',
      },
      {
        file: 'apps/tickets/src/feed/watched.ts',
        find: 'checking = setInterval(() => void check(), CHECK_EVERY_MS).unref();',
        replace: 'checking = setInterval(() => undefined, CHECK_EVERY_MS).unref();',
      },
    ],
  },
  {
    name: 'a cancellation that no stream is told of',
    stage: 3,
    breaks: ['P6'],
    edits: [
      {
        file: 'apps/tickets/src/http/reservation-routes.ts',
        find: 'if (outcome.freed) void announce(parts.feed, outcome, false);',
        replace: '',
      },
      {
        file: 'apps/tickets/src/feed/watched.ts',
        find: 'checking = setInterval(() => void check(), CHECK_EVERY_MS).unref();',
        replace: 'checking = setInterval(() => undefined, CHECK_EVERY_MS).unref();',
      },
    ],
  },
  {
    name: 'a repeated key is answered as it was at first',
    stage: 3,
    breaks: ['P8'],
    edits: [
      {
        file: `${MIGRATIONS}/0008-as-it-is-now.ts`,
        find: `if in_answer not like '{"replayed" : true,%' then`,
        replace: 'if true then',
      },
    ],
  },
  {
    name: 'a cancellation that keeps its seats',
    stage: 3,
    breaks: ['P8'],
    edits: [
      {
        file: 'apps/tickets/src/stores/sql.ts',
        find: 'delete from reserved_seats using cancelled where reservation_id = cancelled.id\n',
        replace:
          'delete from reserved_seats using cancelled where reservation_id = cancelled.id and seat % 5 > 0\n',
      },
    ],
  },
  {
    name: 'seats that are said to be taken and are not',
    stage: 3,
    breaks: ['P9'],
    edits: [
      {
        file: `${MIGRATIONS}/0013-management-token.ts`,
        find: 'if coalesce(cardinality(got), 0) < cardinality(in_seats) then',
        replace: 'if coalesce(cardinality(got), 0) < cardinality(in_seats) or random() < 0.05 then',
      },
    ],
  },
  {
    name: 'streams whose clients have left stay open',
    stage: 3,
    breaks: ['P11'],
    edits: [
      {
        file: 'apps/tickets/src/http/event-routes.ts',
        find: '      open -= 1;\n      eventStreams.set(open);',
        replace: '      eventStreams.set(open);',
      },
    ],
  },
  {
    name: 'an unknown outcome that is answered as a refusal',
    stage: 3,
    breaks: ['P9'],
    edits: [
      {
        file: 'apps/tickets/src/http/decided.ts',
        find: "throw new Unavailable('outcome-unknown', title,",
        replace: "throw new Unavailable('unavailable', title,",
      },
    ],
  },
];
