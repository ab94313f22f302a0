import type { Verification } from '../verify/verify.ts';
import { colour } from './colour.ts';

const COLOURS = { holds: 'green', 'falls short': 'red', void: 'yellow' } as const;

const MODES = {
  on: 'each commit confirmed by a replica',
  suspended: 'each commit confirmed by a replica until then, by none since',
  off: 'asynchronous: no commit waited for a replica',
} as const;
const ASYNCHRONOUS =
  'An asynchronous primary that dies takes with it what its replicas had not received: these buyers were told yes.';

const COPIES = {
  primary: 'decides',
  same: 'holds the same',
  different: 'holds something else',
  behind: 'has not replayed everything',
  silent: 'does not answer: nobody knows what it holds',
} as const;

function regionsText(regions: Verification['regions']): string[] {
  if (regions === null) return [];
  const lines = regions.map(({ name, state, reservations }) => {
    const count = reservations === null ? '' : `, ${reservations} reservations`;
    return `         ${name} ${COPIES[state]}${count}`;
  });
  return ['', ...lines, ...regions.flatMap(({ differences }) => differences.map((each) => `  ${each}`))];
}

/** What buyers were told against what the database holds. */
export function renderVerification(result: Verification): string {
  const { stage, acknowledged, soldTwice, lost, wrongReplay, verdict, examples, runs } = result;
  const { failovers, regions } = result;
  const line = (count: number, what: string): string => `${String(count).padStart(7)}  ${what}`;
  return [
    `Stage ${stage}, ${runs} load run${runs === 1 ? '' : 's'} since it came up or was emptied: ${colour(COLOURS[verdict], verdict)}`,
    '',
    line(acknowledged, 'reservations acknowledged'),
    line(soldTwice, 'seats sold twice'),
    line(lost, 'acknowledged reservations lost'),
    line(wrongReplay, 'wrong answers to a repeated idempotency key'),
    ...mailLines(result.mails, line),
    ...shardLines(result.shards, line),
    ...(examples.length === 0 ? [] : ['', ...examples.map((example) => `  ${example}`)]),
    ...regionsText(regions),
    ...failovers.map(
      ({ at, from, to, sync, lossy }) =>
        `         failover ${from} → ${to} at ${at.slice(11, 19)}Z, ${lossy === true ? 'insisted on although acknowledged sales might be lost' : MODES[sync]}`,
    ),
    ...(lost > 0 && failovers.some(({ sync }) => sync === 'off') ? ['', ASYNCHRONOUS] : []),
    ...(verdict === 'void' ? ['', `Nobody bought anything yet: \`pnpm stage ${stage} load buy\` does.`] : []),
    '',
  ].join('\n');
}

function mailLines(mails: Verification['mails'], line: (count: number, what: string) => string): string[] {
  if (mails === null) return [];
  const { expected, missing, doubled, unannounced, dead, drainedMs } = mails;
  return [
    line(expected, 'tickets to be mailed'),
    line(missing, 'mails missing'),
    line(doubled, 'reservations with more than one mail'),
    ...(unannounced === 0 ? [] : [line(unannounced, 'buyers who were not told rightly of a cancellation')]),
    ...(dead === 0
      ? []
      : [line(dead, 'messages put aside since the workers started: redrive sends them again')]),
    drainedMs === null
      ? '         the queue did not drain in time'
      : `         the queue was empty after ${(drainedMs / 1000).toFixed(1)} s`,
  ];
}

type Line = (count: number, what: string) => string;

function shardLines(shards: Verification['shards'], line: Line): string[] {
  if (shards === null) return [];
  const held = shards.shards.map(
    ({ number, buckets, rows }) => `shard-${number}: ${buckets} buckets, ${rows} rows`,
  );
  return [
    line(shards.misplaced, `rows on another shard than the map says (version ${shards.version})`),
    line(shards.disputed, 'buckets owned by no shard, by two, or by another than the map says'),
    line(shards.planless, 'shows whose seats are missing'),
    `         ${held.join('; ')}`,
  ];
}
