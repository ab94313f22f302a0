import { colour } from '@scaling/cli/report/colour';
import type { Change } from './changes.ts';

/** A stack's changes. */
export interface StackDiff {
  readonly name: string;
  readonly changes: readonly Change[];
}

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;
const COLOURS = { added: 'green', removed: 'red', changed: 'bold' } as const;

/** A line a resource, and one for each place of it that differs. */
export function renderDiff(diffs: readonly StackDiff[], against: string): string {
  const changed = diffs.filter(({ changes }) => changes.length > 0);
  if (changed.length === 0) return `Nothing would change against ${against}.\n`;
  return [
    ...changed.map(stackText),
    `${changed.length} of ${diffs.length} stacks would change against ${against}.`,
    '',
  ].join('\n');
}

function stackText({ name, changes }: StackDiff): string {
  const count = (how: Change['how']): number => changes.filter((change) => change.how === how).length;
  const sums = `${count('added')} added, ${count('changed')} changed, ${count('removed')} removed`;
  return [`${colour('bold', name)}: ${sums}`, ...changes.flatMap(changeLines), ''].join('\n');
}

function changeLines({ address, how, places }: Change): string[] {
  return [
    `  ${colour(COLOURS[how], `${SIGNS[how]} ${address}`)}`,
    ...places.map(({ path, before, after }) => `      ${path}: ${before ?? '(none)'} → ${after ?? '(none)'}`),
  ];
}
