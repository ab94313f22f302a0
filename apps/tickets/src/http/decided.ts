import { NotSent } from '../not-sent.ts';
import { ShardUnavailable } from '../sharding/shard-unavailable.ts';
import { Unavailable } from '../unavailable.ts';
import { isDefect, Problem } from './problem.ts';

const WORDS = {
  purchase: {
    title: 'Whether the seats are yours is not known: the database did not answer in time.',
    detail: 'Ask again with the same Idempotency-Key: you get the one answer, and nothing is bought twice.',
  },
  cancellation: {
    title: 'Whether the reservation is cancelled is not known: the database did not answer in time.',
    detail: 'Ask again: cancelling twice does no harm.',
  },
} as const;

/** A connection that was never opened. */
const NOT_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
/** What pg says when no connection was to be had in time. */
const NO_CONNECTION = /timeout exceeded when trying to connect|due to connection timeout/;

/**
 * The outcome of a purchase or a cancellation. In every stage a failure is one of two: it was certainly not done, and
 * the error says why; or the outcome is unknown, and the answer says to ask again (`outcome-unknown`). What is not certain is
 * unknown: a false "nothing was reserved" would be a sale that its buyer does not know of.
 *
 * @throws Unavailable of kind `outcome-unknown`, or the error itself when nothing was done.
 */
export async function decided<Outcome>(what: keyof typeof WORDS, asking: Promise<Outcome>): Promise<Outcome> {
  try {
    return await asking;
  } catch (error) {
    if (isCertain(error)) throw error;
    const { title, detail } = WORDS[what];
    throw new Unavailable('outcome-unknown', title, { detail, cause: error });
  }
}

function isCertain(error: unknown): boolean {
  if (error instanceof Problem || error instanceof NotSent) return true;
  if (error instanceof Unavailable) return true;
  // Without a cause its breaker was open, or the bucket is moving: the shard did nothing.
  if (error instanceof ShardUnavailable) return error.cause === undefined || isCertain(error.cause);
  if (isDefect(error)) return true;
  const { code, message, severity } = error as { code?: string; message?: string; severity?: string };
  if (severity !== undefined) return !isInterrupted(code);
  return NOT_REACHED.has(code ?? '') || NO_CONNECTION.test(message ?? '');
}

/**
 * The server was stopped (57P…), or does not know itself. A statement that took too long (57014) was rolled back: Postgres
 * stops its time limit before it commits, and a cancelled wait for a replica is a warning, no error. So a commit that waits
 * for a replica never ends in 57014; the app hears nothing of it in time, and that is unknown.
 */
function isInterrupted(code: string | undefined): boolean {
  return code?.startsWith('57P') === true || code?.startsWith('08') === true || code === '40003';
}
