import Table from 'cli-table3';
import { ratio } from '../../report/check.ts';
import { colour } from '../../report/colour.ts';
import { head, PLAIN } from '../../report/table.ts';
import { QUESTIONS, type Question, RIGHT } from './questions.ts';
import type { Verdict } from './verdicts.ts';

const ASKED: Readonly<Record<Question, string>> = {
  A: 'itself',
  baseline: 'its baseline',
  7: '7 % slower, against a version',
  15: '15 % slower, against the baseline',
};

/** Every check, and how many of each kind were right. */
export function renderVerdicts(verdicts: readonly Verdict[]): string {
  const table = new Table({
    ...PLAIN,
    ...head('checked', 'said', 'CPU per request', 'runs', 'seconds'),
    colAligns: ['left', 'left', 'right', 'right', 'right'],
  });
  const inOrder = QUESTIONS.flatMap((question) => verdicts.filter((one) => one.question === question));
  for (const { question, right, verdict, cpu, runs, seconds } of inOrder)
    table.push([
      ASKED[question],
      colour(right ? 'green' : 'red', verdict),
      `× ${ratio(cpu)}`,
      runs.length,
      seconds.toFixed(0),
    ]);
  const reasons = new Set(verdicts.flatMap(({ verdict, why }) => (verdict === 'void' ? why : [])));
  const { stage, machine, commit, startedAt } = verdicts[0] ?? {};
  return [
    table.toString(),
    '',
    ...QUESTIONS.map((question) => summary(question, verdicts)),
    ...[...reasons].map((reason) => `void: ${reason}`),
    `stage ${stage}; ${machine}; commit ${commit}; from ${startedAt}`,
    '',
  ].join('\n');
}

function summary(question: Question, verdicts: readonly Verdict[]): string {
  const asked = verdicts.filter((one) => one.question === question);
  const right = asked.filter((one) => one.right).length;
  return `${ASKED[question]}: ${right} of ${asked.length} said ${RIGHT[question]}`;
}
