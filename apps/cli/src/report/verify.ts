import type { Verification } from '../verify/verify.ts';
import { colour } from './colour.ts';

const COLOURS = { holds: 'green', 'falls short': 'red', void: 'yellow' } as const;

const MODES = {
  on: 'each commit confirmed by a replica',
  suspended: 'each commit confirmed by a replica until then, by none since',
  off: 'asynchronous: no commit waited for a replica',
} as const;
const ASYNCHRONOUS =
  'An asynchronous primary that fails takes with it what its replicas had not received: these buyers were told yes.';

const COPIES = {
  primary: 'decides',
  same: 'holds the same',
  different: 'holds something else',
  behind: 'has not replayed everything',
  silent: 'does not answer: nothing is known of what it holds',
} as const;

type Line = (count: number, what: string) => string;

/** What buyers were told, compared with what the databases hold. */
export function renderVerification(result: Verification): string {
  const { stage, lost, verdict, examples, runs, failovers } = result;
  const line: Line = (count, what) => `${String(count).padStart(7)}  ${what}`;
  return [
    `Stage ${stage}, ${runs} load run${runs === 1 ? '' : 's'} since it came up or was emptied: ${colour(COLOURS[verdict], verdict)}`,
    '',
    line(result.acknowledged, 'reservations acknowledged'),
    line(result.soldTwice, 'seats sold twice'),
    line(lost, 'acknowledged reservations lost'),
    line(result.wrongReplay, 'wrong answers to a repeated idempotency key'),
    ...outcomeLines(result, line),
    ...(result.maps === 0
      ? []
      : [line(result.wrongSeats, `seats shown wrongly on ${result.maps} seat maps`)]),
    ...mailLines(result.mails, line),
    ...shardLines(result.shards, line),
    ...copyLines(result.copies),
    ...(examples.length === 0 ? [] : ['', ...examples.map((example) => `  ${example}`)]),
    ...failovers.map(
      ({ at, from, to, sync, lossy }) =>
        `         failover ${from} → ${to} at ${at.slice(11, 19)}Z, ${lossy === true ? 'insisted on although acknowledged sales might be lost' : MODES[sync]}`,
    ),
    ...(lost > 0 && failovers.some(({ sync }) => sync === 'off') ? ['', ASYNCHRONOUS] : []),
    ...(verdict === 'void'
      ? ['', `No purchase was acknowledged yet: \`pnpm stage ${stage} load buy\` makes some.`]
      : []),
    '',
  ].join('\n');
}

/** Only of what occurred: few scenarios cancel, and few runs meet a fault. */
function outcomeLines(result: Verification, line: Line): string[] {
  const { refused, falseRefusals, cancelled, cancelledInVain, unknown } = result;
  const open = unknown.total - unknown.resolved;
  return [
    ...(refused + falseRefusals === 0 ? [] : [line(falseRefusals, `of ${refused} refusals were not true`)]),
    ...(cancelled + cancelledInVain === 0
      ? []
      : [line(cancelledInVain, `of ${cancelled} acknowledged cancellations do not stand`)]),
    ...(unknown.total === 0
      ? []
      : [
          line(
            unknown.total,
            `outcomes were unknown at first: ${unknown.resolved} were answered when asked again`,
          ),
          ...(open === 0
            ? []
            : [line(open, `stayed unknown: ${unknown.done} were done, ${open - unknown.done} were not`)]),
        ]),
  ];
}

function mailLines(mails: Verification['mails'], line: Line): string[] {
  if (mails === null) return ['         the mail box does not answer: its mails are not counted'];
  const { promised, expected, missing, owed, forgotten, doubled, wrong, read, dead, drainedMs } = mails;
  return [
    ...(expected === 0 ? [] : [line(expected - missing, `of ${expected} tickets to be mailed arrived`)]),
    ...(owed === 0 ? [] : [line(owed, 'are owed: the next request with the same key mails each')]),
    ...(forgotten === 0
      ? []
      : [line(forgotten, 'were sold before the mail box started again, which forgot what it had')]),
    ...(promised || doubled > 0 ? [line(doubled, 'reservations with more than one ticket mailed')] : []),
    ...(read === 0 ? [] : [line(wrong, `of ${read} mails went to the wrong buyer or had the wrong content`)]),
    ...(dead === 0
      ? []
      : [line(dead, 'messages put aside since the workers started: redrive sends them again')]),
    ...(promised
      ? [
          drainedMs === null
            ? '         the queue did not drain in time'
            : `         the queue was empty after ${(drainedMs / 1000).toFixed(1)} s`,
        ]
      : []),
  ];
}

function copyLines(copies: Verification['copies']): string[] {
  return (copies ?? []).map(({ name, state, reservations }) => {
    const count = reservations === null ? '' : `, ${reservations} reservations`;
    return `         ${name} ${COPIES[state]}${count}`;
  });
}

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
