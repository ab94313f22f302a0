import { describe, expect, it } from 'vitest';
import type { Operation } from '../../src/history/operation.ts';
import type { StreamRecord } from '../../src/history/stream.ts';
import { ownerships } from '../../src/promises/ownership.ts';
import { streamsAreComplete } from '../../src/promises/streams-are-complete.ts';
import { bought, cancel } from './histories.ts';

// Watches promise P6.
const GRACE_MS = 30_000;
const LATE = 100_000;

function stream(events: StreamRecord['events'], more: Partial<StreamRecord> = {}): StreamRecord {
  return { process: 'watcher-1', showId: 1, openedAt: 0, closedAt: LATE, heardAt: LATE, events, ...more };
}

/** What is wrong, in the words of the checker: reservation a of seat 1 was sold at 1000, and perhaps cancelled at 5000. */
function wrong(
  record: StreamRecord,
  history: readonly Operation[],
  status: 'confirmed' | 'cancelled',
): string[] {
  const reservation = {
    id: 'a',
    showId: 1,
    seats: [1],
    status,
    email: 'ada@example.com',
    ticket: 'box-office' as const,
    idempotencyKey: 'key-a',
  };
  const seatsSold = status === 'confirmed' ? [{ showId: 1, seat: 1, reservationId: 'a' }] : [];
  const state = { reservations: [reservation], seatsSold };
  return streamsAreComplete([record], ownerships(history, state), state, (at) => at + GRACE_MS).map(
    ({ what }) => what,
  );
}

const sale = [bought('a', [1])];
const both = [...sale, cancel('a', { invokedAt: 5000 })];
const sold = { at: 1005, kind: 'seats', seats: [1], sold: true } as const;
const freed = { at: 5005, kind: 'seats', seats: [1], sold: false } as const;
const missed = { at: 6000, kind: 'missed' } as const;

describe('a stream is complete', () => {
  it.each([
    ['that tells of the sale', [sold], {}],
    ['that says that it missed something, and not what', [missed], {}],
    ['that was opened after the sale began', [], { openedAt: 1001 }],
    ['that broke soon after the sale', [], { heardAt: 1010 + GRACE_MS - 1 }],
    ['of another show', [], { showId: 2 }],
  ])('%s', (_, events, more) => {
    expect(wrong(stream(events, more), sale, 'confirmed')).toEqual([]);
  });

  it('that tells of a sale and of its cancellation', () => {
    expect(wrong(stream([sold, freed], { closedAt: null }), both, 'cancelled')).toEqual([]);
  });
});

describe('a stream is not complete', () => {
  it('that is silent about a sale', () => {
    expect(wrong(stream([]), sale, 'confirmed')).toEqual([expect.stringContaining('show/seat 1/1 was sold')]);
  });

  it('that tells of the sale and not of the cancellation', () => {
    expect(wrong(stream([sold]), both, 'cancelled')).toEqual([
      expect.stringContaining('show/seat 1/1 was freed'),
    ]);
  });

  it('that missed something only before the sale', () => {
    expect(wrong(stream([{ at: 900, kind: 'missed' }]), sale, 'confirmed')).toHaveLength(1);
  });

  it('whose last word is older than what it told before', () => {
    const told = stream([freed, { ...sold, at: 5006 }], { closedAt: null });
    expect(wrong(told, both, 'cancelled')).toEqual([expect.stringContaining('the database says otherwise')]);
  });
});
