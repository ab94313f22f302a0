import type { Mutant } from './mutant.ts';

/** Bugs of what comes with replicas, a cache, a queue and shards. */
export const LATER_STAGES: readonly Mutant[] = [
  {
    name: 'a failover without a proof',
    stage: 4,
    breaks: ['P1'],
    edits: [
      {
        file: 'apps/cli/src/failover/failover.ts',
        find: "if (proof.kind === 'unproved' && request.lossy !== true) {",
        replace: 'if (false as boolean) {',
      },
      {
        file: 'apps/cli/src/failover/failover.ts',
        find: "proof: plan.lossy ? 'lossy' : (end ?? 'quorum')",
        replace: "proof: 'lossy'",
      },
    ],
  },
  {
    name: 'the replica with the least of the log is promoted',
    stage: 4,
    breaks: ['P1'],
    edits: [
      {
        file: 'apps/tickets/src/failover/server.ts',
        find: '(a.received === b.received ? 0 : b.received > a.received ? 1 : -1)',
        replace: '(a.received === b.received ? 0 : b.received > a.received ? -1 : 1)',
      },
    ],
  },
  {
    name: 'commits that wait for no replica',
    stage: 4,
    breaks: ['P1'],
    edits: [
      {
        file: 'stages/4-read-replicas/compose.yaml',
        find: `      REPLICATION_SLOT: db
      SYNCHRONOUS_STANDBYS: \${SYNCHRONOUS_STANDBYS-ANY 1 (db,"replica-1","replica-2")}`,
        replace: `      REPLICATION_SLOT: db
      SYNCHRONOUS_STANDBYS: ''`,
      },
    ],
  },
  {
    name: 'read-your-writes off',
    stage: 4,
    breaks: ['P4'],
    edits: [
      {
        file: 'apps/tickets/src/stores/replicated.ts',
        find: 'const after = env.readYourWrites && options?.after !== undefined ? lsnNumber(options.after) : 0n;',
        replace: 'const after = 0n;',
      },
    ],
  },
  {
    name: 'a token that is believed whatever it says',
    stage: 5,
    breaks: ['P4', 'P5'],
    edits: [
      {
        file: 'apps/tickets/src/stores/cached.ts',
        find: 'return (await store.reached(after)) ? after : undefined;',
        replace: 'return after;',
      },
      {
        file: 'apps/tickets/src/cache/fill.ts',
        find: 'note.position === undefined ? NO_POSITION : paddedLsn(note.position)',
        replace: 'asked',
      },
    ],
  },
  {
    name: 'a cached map that no sale outdates',
    stage: 5,
    breaks: ['P5'],
    edits: [
      {
        file: 'apps/tickets/src/cache/sales.ts',
        find: '        await tell(redis.ask, key, sale);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'a map that was read before a sale passes for fresh',
    stage: 5,
    breaks: ['P4', 'P5'],
    edits: [
      {
        file: 'apps/tickets/src/cache/scripts.ts',
        find: "if ours and string.sub(held, 1, 1) == '+' and ARGV[4] - age > 0 then",
        replace: 'if ours and ARGV[4] - age > 0 then',
      },
    ],
  },
  {
    name: 'events that are removed before they are published',
    stage: 8,
    breaks: ['P7'],
    edits: [
      {
        file: 'apps/worker/src/relay.ts',
        find: `    await publish(rows);
    await database.rows(REMOVE, [rows.map(({ number }) => number)]);`,
        replace: `    await database.rows(REMOVE, [rows.map(({ number }) => number)]);
    await publish(rows);`,
      },
    ],
  },
  {
    name: 'an inbox that forgets what was sent',
    stage: 8,
    breaks: ['P7'],
    edits: [
      {
        file: 'apps/worker/src/inbox.ts',
        find: "if (state === 'new' || state === 'begun') {",
        replace: "if (state === 'new' || state === 'begun' || state === 'sent') {",
      },
    ],
  },
  {
    name: 'a sale without its event',
    stage: 8,
    breaks: ['P7'],
    edits: [
      {
        file: 'apps/tickets/src/stores/sql.ts',
        find: "text: 'select as_it_is_now(reserve_to_outbox($1, $2, $3, $4, $5, $6, $7)) as json',",
        replace: "text: 'select as_it_is_now(reserve($1, $2, $3, $4, $5, $6, $7)) as json',",
      },
    ],
  },
  {
    name: 'a shard that takes every bucket for its own',
    stage: 9,
    breaks: ['P10', 'P1', 'P2'],
    edits: [
      {
        file: 'apps/tickets/src/sharding/shard-tables.ts',
        find: "return case when found_state in ('owned', 'moving', 'frozen') then found_state else 'elsewhere' end;",
        replace: "return case when found_state in ('moving', 'frozen') then found_state else 'owned' end;",
      },
    ],
  },
  {
    name: 'a scale that stops boxes with data',
    stage: 9,
    breaks: ['P12'],
    edits: [
      {
        file: 'apps/cli/src/stage/holds-data.ts',
        find: 'if (box === undefined || count >= boxes.length || !HOLDS_DATA.has(box.kind)) return;',
        replace: 'if (box === undefined || count <= boxes.length || !HOLDS_DATA.has(box.kind)) return;',
      },
    ],
  },
];
