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

/** What buyers were told against what the database holds. */
export function renderVerification(result: Verification): string {
  const { stage, acknowledged, soldTwice, lost, wrongReplay, verdict, examples, runs, failovers } = result;
  const line = (count: number, what: string): string => `${String(count).padStart(7)}  ${what}`;
  return [
    `Stage ${stage}, ${runs} load run${runs === 1 ? '' : 's'} since it came up or was emptied: ${colour(COLOURS[verdict], verdict)}`,
    '',
    line(acknowledged, 'reservations acknowledged'),
    line(soldTwice, 'seats sold twice'),
    line(lost, 'acknowledged reservations lost'),
    line(wrongReplay, 'wrong answers to a repeated idempotency key'),
    ...(examples.length === 0 ? [] : ['', ...examples.map((example) => `  ${example}`)]),
    ...failovers.map(
      ({ at, from, to, sync }) => `         failover ${from} → ${to} at ${at.slice(11, 19)}Z, ${MODES[sync]}`,
    ),
    ...(lost > 0 && failovers.some(({ sync }) => sync === 'off') ? ['', ASYNCHRONOUS] : []),
    ...(verdict === 'void' ? ['', `Nobody bought anything yet: \`pnpm stage ${stage} load buy\` does.`] : []),
    '',
  ].join('\n');
}
