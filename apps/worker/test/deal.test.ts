import type { KafkaMessage } from 'kafkajs';
import { expect, it } from 'vitest';
import { ShowGone } from '../../tickets/src/delivery/show-of.ts';
import { random } from '../../tickets/src/seed/random.ts';
import { deal, letterOf } from '../src/deal.ts';
import { isHopeless } from '../src/handling-error.ts';
import { sale } from './sales.ts';

const message = (offset: number, value: string) =>
  ({ offset: String(offset), value: Buffer.from(value), key: null }) as unknown as KafkaMessage;

const outOfRange = () => Object.assign(new Error('value out of range'), { code: '22003', severity: 'ERROR' });

it.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'puts aside what no attempt can deal with, and nothing else, and deals with the rest in order (seed %i)',
  async (seed) => {
    const { next } = random(seed);
    const events = Array.from({ length: 1 + Math.floor(next() * 60) }, () => sale());
    const kinds = events.map(() => (next() < 0.15 ? 'poison' : next() < 0.1 ? 'unreadable' : 'good'));
    const poison = new Set(events.filter((_, index) => kinds[index] === 'poison').map(({ id }) => id));
    let outages = 3;
    const done: string[] = [];
    const aside: string[] = [];
    const letters = events.map((event, index) =>
      letterOf(message(index, kinds[index] === 'unreadable' ? '{"half":' : JSON.stringify(event))),
    );
    const attempt = () =>
      deal(letters, {
        handle: async (some) => {
          if (next() < 0.2 && outages-- > 0) throw new Error('the database is away');
          if (some.some(({ id }) => poison.has(id))) throw outOfRange();
          done.push(...some.map(({ id }) => id));
        },
        putAside: async ({ offset }) => void aside.push(offset),
      });
    for (;;) {
      done.length = 0;
      aside.length = 0;
      if (
        await attempt().then(
          () => true,
          (error) => {
            expect(error.message).toBe('the database is away');
            return false;
          },
        )
      )
        break;
    }
    expect(done).toEqual(events.filter((_, index) => kinds[index] === 'good').map(({ id }) => id));
    expect(aside.map(Number).sort((a, b) => a - b)).toEqual(
      kinds.flatMap((kind, index) => (kind === 'good' ? [] : [index])),
    );
  },
);

const CASES: readonly [string, unknown, boolean][] = [
  ['a show that is gone', new ShowGone('show 999999'), true],
  ['an integer out of range', outOfRange(), true],
  [
    'a constraint that refuses the values',
    Object.assign(new Error(), { code: '23514', severity: 'ERROR' }),
    true,
  ],
  ['a mistake of ours', new TypeError('undefined is not a function'), true],
  ['a database that is away', Object.assign(new Error(), { code: 'ECONNREFUSED' }), false],
  ['a database that shuts down', Object.assign(new Error(), { code: '57P01', severity: 'FATAL' }), false],
  ['a statement that took too long', Object.assign(new Error(), { code: '57014', severity: 'ERROR' }), false],
  ['a lock that somebody holds', Object.assign(new Error(), { code: '55P03', severity: 'ERROR' }), false],
  [
    'a function that is not there yet',
    Object.assign(new Error(), { code: '42883', severity: 'ERROR' }),
    false,
  ],
  ['a system error of class 22 by chance', Object.assign(new Error(), { code: '22' }), false],
  ['a service that answers 503', new Error('http://lb:8080/shows/1 answered 503'), false],
];

it.each(CASES)('judges %s', (_, error, hopeless) => {
  expect(isHopeless(error)).toBe(hopeless);
});
