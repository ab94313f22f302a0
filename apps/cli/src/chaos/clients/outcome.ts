import type { Operation } from '../../history/operation.ts';
import type { Answer } from './ask.ts';

type Told = Pick<Operation, 'outcome' | 'status' | 'problem'>;

/** A problem of these kinds says nothing of what was done. */
const UNDECIDED = ['outcome-unknown', 'defect'];

/**
 * What a client may conclude from an answer (promise P3), as loadtests/lib/outcome.ts has it. Only the shop itself can
 * refuse: what a balancer or an edge answers in its place leaves open whether it was done.
 */
export function outcomeOf(answer: Answer | null): Told {
  if (answer === null) return { outcome: 'unknown', status: null, problem: null };
  const { status } = answer;
  if (status < 400) return { outcome: 'ok', status, problem: null };
  const problem = problemOf(answer.body);
  const isOwnWord = status !== 502 && status !== 504 && problem !== null;
  const isRefusal = status < 500 || (isOwnWord && !UNDECIDED.includes(problem));
  return { outcome: isRefusal ? 'refused' : 'unknown', status, problem };
}

/** The last word of a problem's type. */
function problemOf(body: unknown): string | null {
  const type = (body as { type?: unknown } | null)?.type;
  return typeof type === 'string' ? (type.split(':').at(-1) ?? null) : null;
}
