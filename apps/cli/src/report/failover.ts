import type { Failover } from '../failover/failover.ts';
import { colour } from './colour.ts';

/** Who took over, when, and what that may have cost. */
export function renderFailover(result: Failover): string {
  const { stage, from, to, followers } = result;
  const row = (ms: number | null, what: string): string =>
    `${ms === null ? '     –  ' : `${(ms / 1000).toFixed(2).padStart(6)} s`}  ${what}`;
  return [
    `${colour('bold', `${from} → ${to}`)}${result.resumed ? ', completing a failover that was interrupted' : ''}`,
    '',
    row(result.goneMs, 'primary gone'),
    row(result.promotedMs, `${to} promoted, timeline ${result.timeline}`),
    row(result.firstWriteMs, result.firstWriteMs === null ? 'no write accepted' : 'first write accepted'),
    row(
      result.redundantMs,
      followers.length > 0
        ? `redundancy back: ${followers.join(', ')} follows`
        : 'no replica is left to follow',
    ),
    '',
    ...words(result),
    `${from} is fenced: it comes back as a replica of ${to}, by \`pnpm stage ${stage} heal ${from}\`.`,
    '',
  ].join('\n');
}

function words({ sync, lastSeen, position, silent, lossy, to, from }: Failover): string[] {
  if (lossy)
    return [
      `Acknowledged sales may be lost: ${to} had the log up to ${position}, and what only ${[...silent, from].join(' or ')} had cannot be accounted for.`,
      '`verify` counts the reservations that were acknowledged and are gone. The old data is set aside, not erased.',
    ];
  const told = {
    on: [
      'Commits were confirmed by a replica before anybody was told of them: nothing acknowledged is lost.',
    ],
    off: [
      `Commits waited for no replica: what ${to} had not received is lost. It had the log up to ${position}${lastSeen === null ? '' : `; the old primary was at ${lastSeen} when last asked`}.`,
      '`verify` counts the reservations that were acknowledged and are gone.',
    ],
    suspended: [
      `No replica is left that could confirm a commit: until one is back, ${to} alone has what it takes.`,
    ],
  }[sync];
  return silent.length === 0 ? told : [...told, `Not asked, for they did not answer: ${silent.join(', ')}.`];
}
