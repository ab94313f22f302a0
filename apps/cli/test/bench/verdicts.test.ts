import { expect, it } from 'vitest';
import type { Question } from '../../src/bench/verdicts/questions.ts';
import { renderVerdicts } from '../../src/bench/verdicts/render-verdicts.ts';
import type { Verdict } from '../../src/bench/verdicts/verdicts.ts';

function verdictOn(question: Question, verdict: Verdict['verdict'], right: boolean): Verdict {
  return {
    stage: 3,
    question,
    right,
    verdict,
    why: verdict === 'void' ? ['k6 dropped 3 iterations'] : [],
    cpu: { ratio: 1.08, interval: [1.03, 1.13] },
    throughput: { ratio: 0.93, interval: [0.8, 1.1] },
    runs: [{ cpu: 1.08, throughput: 0.93 }],
    seconds: 110,
    appMicros: 1000,
    machine: 'a machine',
    commit: 'abc',
    startedAt: '2026-01-01T00:00:00.000Z',
  };
}

it('verdicts are counted by what was asked, and a void one is right about nothing and says why', () => {
  const text = renderVerdicts([
    verdictOn('A', 'holds', true),
    verdictOn('A', 'slower', false),
    verdictOn('7', 'slower', true),
    verdictOn('15', 'void', false),
  ]);
  expect(text).toContain('itself: 1 of 2 said holds');
  expect(text).toContain('7 % slower, against a version: 1 of 1 said slower');
  expect(text).toContain('15 % slower, against the baseline: 0 of 1 said slower');
  expect(text).toContain('void: k6 dropped 3 iterations');
  expect(text).toContain('stage 3; a machine; commit abc; from 2026-01-01');
});
