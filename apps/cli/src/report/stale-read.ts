import type { Seen } from '../stage/buy-then-read.ts';
import type { StaleRead } from '../stage/stale-read.ts';

/** What a purchase with paused replicas has shown, without a line's end. */
export function renderStaleRead({ seat, showId, position, buyer, other, paused, shown }: StaleRead): string {
  return [
    `${paused.join(', ')}: replay paused, which was checked before and after the reads`,
    `seat ${seat} of show ${showId} bought; the write's position is ${position ?? 'not told'}`,
    '',
    row(position === null ? 'the buyer, with no position   ' : 'the buyer, with that position ', buyer),
    row('somebody else, with none      ', other),
    '',
    conclusion(shown, position),
  ].join('\n');
}

function row(who: string, { sold, free }: Seen): string {
  const two = (reads: number): string => String(reads).padStart(2);
  return `${who} ${two(sold + free)} reads: ${two(sold)} see it sold, ${two(free)} see it free`;
}

function conclusion(shown: StaleRead['shown'], position: string | null): string {
  if (shown === 'broken') return 'The buyer is shown their seat as free although they sent its position.';
  if (shown === 'nothing')
    return 'Void: no read came from a paused replica, so this shows nothing. Run it again when the machine is less busy.';
  return position === null
    ? 'The buyer is shown as free what they have just bought: a stale read.'
    : 'The buyer reads their own write.';
}
