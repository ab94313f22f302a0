import { describe, expect, it } from 'vitest';
import { effectOf } from '../../src/drill/effect.ts';
import { type Asked, notExercised, type Subject, subjectOf } from '../../src/drill/exercised.ts';
import type { Outcome } from '../../src/drill/outcome.ts';
import type { Box, StackState } from '../../src/runtime/runtime.ts';
import { readStage } from '../../src/stage/stages.ts';
import { failing, load, outcome, TURN } from './hand-made.ts';

const KILLED = { fault: 'kill', mailsTickets: false } as const;
const MAILING = { fault: 'kill', mailsTickets: true } as const;
const PAUSED = { fault: 'pause', mailsTickets: true } as const;

function box(kind: string, more: Partial<Subject> = {}): Subject {
  return { kind, instances: 1, farRegion: null, ...more };
}

/** Ten requests a second that take 500 ms each: five in flight. */
const busy = load('list', () => ({ tookMs: 500 }));

describe('what a drill says of a box that no request needed', () => {
  it.each<[string, Subject & Asked, Outcome[], string | null]>([
    [
      'mails without mailed tickets',
      { ...box('mail'), ...KILLED },
      load('reserve'),
      'no ticket was mailed meanwhile',
    ],
    [
      'mails that nobody bought',
      { ...box('mail'), ...MAILING },
      load('list'),
      'no ticket was mailed meanwhile',
    ],
    ['mailed tickets', { ...box('mail'), ...MAILING }, load('buy'), null],
    ['a broker without sales', { ...box('broker'), ...KILLED }, busy, 'nothing was sold meanwhile'],
    ['a worker with sales', { ...box('worker'), ...KILLED }, load('reserve'), null],
    [
      'a worker, where each sale failed before',
      { ...box('worker'), ...KILLED },
      load('reserve', failing(10_000, 14_000)),
      null,
    ],
    [
      'an app with a hundredth of a request in flight',
      { ...box('app', { instances: 10 }), ...KILLED },
      load('list'),
      'a request in flight (0.01 on average at the kill)',
    ],
    ['an app with a request in flight', { ...box('app', { instances: 4 }), ...KILLED }, busy, null],
    [
      'a part of the requests in flight',
      { ...box('app', { instances: 20 }), ...KILLED },
      busy,
      'a request in flight (0.23 on average at the kill)',
    ],
    [
      'an idle app that fails a request',
      { ...box('app', { instances: 10 }), ...KILLED },
      [...load('list'), outcome('list', 10_020, 5, 503)],
      null,
    ],
    [
      'an idle app that lets one wait',
      { ...box('app', { instances: 10 }), ...KILLED },
      [...load('list'), outcome('list', 10_020, 1200)],
      null,
    ],
    [
      'a paused app: requests still go there',
      { ...box('app', { instances: 10 }), ...PAUSED },
      load('list'),
      null,
    ],
    [
      'a region without visitors',
      { ...box('app', { farRegion: 'eu' }), ...PAUSED },
      busy,
      'no visitor came from eu',
    ],
    ['nothing at all', { ...box('db'), ...PAUSED }, [], 'nothing was asked meanwhile'],
  ])('%s', (_, subject, outcomes, untried) => {
    const effect = effectOf(outcomes, TURN, Number.POSITIVE_INFINITY);
    expect(notExercised(effect, outcomes, TURN, subject)).toBe(untried);
  });
});

describe('a box of a stack', () => {
  async function subject(stage: number, name: string): Promise<Subject> {
    const file = await readStage(stage);
    const boxes = Object.values(file.services).flatMap(({ name: service, scale, scalable, labels }) =>
      Array.from({ length: scale }, (_, index) => ({
        name: scalable ? `${service}-${index + 1}` : service,
        service,
        kind: labels['scaling.kind'],
      })),
    ) as unknown as Box[];
    return subjectOf(name, { boxes } as unknown as StackState, file);
  }

  it.each([
    [3, 'app-1', { kind: 'app', instances: 3, farRegion: null }],
    [6, 'edge-us', { kind: 'edge', instances: 1, farRegion: null }],
    [6, 'edge-eu', { kind: 'edge', instances: 1, farRegion: 'eu' }],
    [7, 'router', { kind: 'router', instances: 1, farRegion: null }],
    [7, 'app-us-1', { kind: 'app', instances: 2, farRegion: null }],
    [7, 'db-eu', { kind: 'replica', instances: 1, farRegion: 'eu' }],
  ])(
    'of stage %i, %s: how many share its work, and whether its visitors are elsewhere',
    async (stage, name, is) => {
      expect(await subject(stage, name)).toEqual(is);
    },
  );
});
