import { describe, expect, it } from 'vitest';
import { type Answer, learn, lineOf, type Request } from '../lib/line.ts';
import { outcomeOf } from '../lib/outcome.ts';

const OCCASION = { side: 'this', process: 'this-1', invokedAt: 1000, completedAt: 1010 };
const PURCHASE: Request = {
  op: 'reserve',
  key: 'k',
  showId: 3,
  seats: [1, 2],
  ticket: 'mail',
};
const problem = (kind: string) => JSON.stringify({ type: `urn:tickets:problem:${kind}`, title: 'No.' });
const line = (request: Request, answer: Answer) =>
  JSON.parse(lineOf(request, answer, learn(request, answer), OCCASION));
const sold = (status: string) =>
  JSON.stringify({ id: 'r1', showId: 3, seats: [1, 2], name: 'Ada', status, ticket: 'mail' });

describe('the outcome of a purchase or a cancellation', () => {
  it.each([
    [200, undefined, 'ok'],
    [201, undefined, 'ok'],
    [404, 'not-found', 'refused'],
    [409, 'seats-taken', 'refused'],
    [409, undefined, 'refused'],
    [422, 'key-reused', 'refused'],
    [500, 'defect', 'unknown'],
    [502, undefined, 'unknown'],
    [503, 'unavailable', 'refused'],
    [503, 'shard-unavailable', 'refused'],
    [503, 'home-unreachable', 'refused'],
    [503, 'outcome-unknown', 'unknown'],
    [503, undefined, 'unknown'],
    [504, undefined, 'unknown'],
    [502, 'unavailable', 'unknown'],
    [504, 'unavailable', 'unknown'],
    [0, undefined, 'unknown'],
  ] as const)('of status %i with the problem %s is %s', (status, kind, outcome) => {
    expect(outcomeOf(status, kind)).toBe(outcome);
  });
});

describe('a line of the history', () => {
  it('says which reservation was sold, and whether the answer was a repeated one', () => {
    expect(line(PURCHASE, { status: 201, body: sold('confirmed') })).toEqual({
      ...OCCASION,
      ...PURCHASE,
      outcome: 'ok',
      status: 201,
      id: 'r1',
      state: 'confirmed',
    });
    expect(line(PURCHASE, { status: 200, body: sold('cancelled') })).toMatchObject({
      outcome: 'ok',
      state: 'cancelled',
      replayed: true,
    });
  });

  it('says that a mail is owed', () => {
    const answer = { status: 201, body: sold('confirmed') };
    expect(line(PURCHASE, { ...answer, mailOwed: true }).mailOwed).toBe(true);
    expect(line(PURCHASE, { ...answer, mailOwed: false }).mailOwed).toBeUndefined();
  });

  it('says why a purchase was refused', () => {
    expect(line(PURCHASE, { status: 409, body: problem('seats-taken') })).toEqual({
      ...OCCASION,
      ...PURCHASE,
      outcome: 'refused',
      status: 409,
      problem: 'seats-taken',
    });
  });

  it.each([
    ['no answer', 0, null],
    ['an answer without a body', 201, null],
    ['an answer that was cut short', 201, '{"showId":3,"seats":['],
    ['a balancer’s page', 503, '<html>503 Service Unavailable</html>'],
    ['the shop’s word that it does not know', 503, problem('outcome-unknown')],
  ])('leaves the outcome open after %s', (_, status, body) => {
    const written = line(PURCHASE, { status, body });
    expect(written).toMatchObject({ outcome: 'unknown', completedAt: status === 0 ? null : 1010 });
    expect(written.id).toBeUndefined();
  });

  it('keeps the reservation that was to be cancelled, whatever the answer', () => {
    const cancel: Request = { op: 'cancel', id: 'r9' };
    expect(line(cancel, { status: 200, body: sold('cancelled') })).toEqual({
      ...OCCASION,
      ...cancel,
      outcome: 'ok',
      status: 200,
      state: 'cancelled',
    });
    expect(line(cancel, { status: 0, body: null })).toMatchObject({
      id: 'r9',
      outcome: 'unknown',
      status: null,
    });
  });
});
