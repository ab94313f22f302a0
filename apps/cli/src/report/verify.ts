import type { Verification } from '../verify/verify.ts';
import { colour } from './colour.ts';

const COLOURS = { holds: 'green', 'falls short': 'red', void: 'yellow' } as const;

/** What buyers were told against what the database holds. */
export function renderVerification(result: Verification): string {
  const { stage, acknowledged, soldTwice, lost, wrongReplay, verdict, examples, runs } = result;
  const line = (count: number, what: string): string => `${String(count).padStart(7)}  ${what}`;
  return [
    `Stage ${stage}, ${runs} load run${runs === 1 ? '' : 's'} since it came up or was emptied: ${colour(COLOURS[verdict], verdict)}`,
    '',
    line(acknowledged, 'reservations acknowledged'),
    line(soldTwice, 'seats sold twice'),
    line(lost, 'acknowledged reservations lost'),
    line(wrongReplay, 'wrong answers to a repeated idempotency key'),
    ...(examples.length === 0 ? [] : ['', ...examples.map((example) => `  ${example}`)]),
    ...(verdict === 'void' ? ['', `Nobody bought anything yet: \`pnpm stage ${stage} load buy\` does.`] : []),
    '',
  ].join('\n');
}
