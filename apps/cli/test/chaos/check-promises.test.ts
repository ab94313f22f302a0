import { describe, expect, it } from 'vitest';
import { checkPromises, dataThrownAway, promisedBy } from '../../src/chaos/check-promises.ts';
import type { Final } from '../../src/chaos/final.ts';
import { type Done, type Journal, newJournal } from '../../src/chaos/journal.ts';
import { bought, seatMap } from '../promises/histories.ts';

/** Nothing is left of what was sold. */
const nothing = {
  state: { reservations: [], seatsSold: [] },
  mails: { counts: new Map(), notices: new Map(), contents: [], titles: new Map(), since: 0 },
  copies: null,
  shards: null,
  isDrained: true,
} as unknown as Final;

function operation(verb: 'failover' | 'scale', more: Partial<Done> = {}): Done {
  const step = { type: 'operation', at: 0, verb, words: ['shard', '1'], cutAfterMs: null } as const;
  const mustBeRefused = verb === 'scale';
  return {
    step: { ...step, mustBeRefused },
    beganAt: 100_000,
    endedAt: 102_000,
    outcome: 'done',
    cutShort: 0,
    said: '',
    ...more,
  };
}

function lostIn(stage: number, soldAt: number, done: Done[]): string[] {
  const journal: Journal = { ...newJournal(), history: [bought('a', [1], { invokedAt: soldAt })], done };
  return checkPromises(journal, nothing, promisedBy(stage), []).map(({ promise }) => promise);
}

describe('a sale that is lost', () => {
  it.each([
    ['is a violation in stage 4, whatever was done', 4, 99_000, [operation('failover')], ['P1']],
    ['is a violation in stage 7 without a failover', 7, 99_000, [], ['P1']],
    ['is not promised in stage 7 just before a failover', 7, 99_000, [operation('failover')], []],
    [
      'is not promised in stage 7 before a failover that was cut short',
      7,
      99_000,
      [operation('failover', { outcome: 'refused', cutShort: 1 })],
      [],
    ],
    [
      'is a violation in stage 7 before a failover that was refused',
      7,
      99_000,
      [operation('failover', { outcome: 'refused' })],
      ['P1'],
    ],
    ['is a violation in stage 7 long before a failover', 7, 30_000, [operation('failover')], ['P1']],
    ['is a violation in stage 7 after a failover', 7, 110_000, [operation('failover')], ['P1']],
  ])('%s', (_, stage, soldAt, done, promises) => {
    expect(lostIn(stage, soldAt, done)).toEqual(promises);
  });
});

describe('a map that is older than what a quiet stack promises', () => {
  const sale = bought('a', [1], { invokedAt: 1000 });
  const state = {
    reservations: [
      {
        id: 'a',
        showId: 1,
        seats: [1],
        status: 'confirmed',
        email: 'ada@example.com',
        ticket: 'box-office',
        idempotencyKey: 'key-a',
      },
    ],
    seatsSold: [{ showId: 1, seat: 1, reservationId: 'a' }],
  } as const;
  const read = seatMap([], { invokedAt: 3000 });
  const found = (more: Partial<Journal>) =>
    checkPromises(
      { ...newJournal(), history: [sale, read], ...more },
      { ...nothing, state } as unknown as Final,
      promisedBy(5),
      [],
    ).map(({ promise }) => promise);

  it('is a violation', () => {
    expect(found({})).toEqual(['P5']);
  });

  it.each([
    [
      'while something disturbs the stack',
      { done: [operation('failover', { beganAt: 2000, endedAt: 4000 })] },
    ],
    ['soon after something did', { done: [operation('failover', { beganAt: -9000, endedAt: -2000 })] }],
    ['while the stack is healed', { healing: { from: 2500, to: 9000 } }],
    ['when the clients themselves stood still', { standstillMs: 1000 }],
  ])('is not %s', (_, more) => {
    expect(found(more)).toEqual([]);
  });
});

it('an operation that throws data away is a violation unless it is refused', () => {
  expect(dataThrownAway([operation('scale')]).map(({ promise }) => promise)).toEqual(['P12']);
  expect(dataThrownAway([operation('scale', { outcome: 'refused' }), operation('failover')])).toEqual([]);
});

it('a mail that waits in a queue which did not drain is not missing', () => {
  const reservation = {
    id: 'a',
    showId: 1,
    seats: [1],
    status: 'confirmed',
    email: 'ada@example.com',
    ticket: 'mail',
    idempotencyKey: 'key-a',
  } as const;
  const state = { reservations: [reservation], seatsSold: [{ showId: 1, seat: 1, reservationId: 'a' }] };
  const found = (isDrained: boolean) =>
    checkPromises(newJournal(), { ...nothing, state, isDrained } as unknown as Final, promisedBy(8), []).map(
      ({ promise }) => promise,
    );
  expect(found(true)).toEqual(['P7']);
  expect(found(false)).toEqual([]);
});
