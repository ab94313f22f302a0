import { ShowGone } from '@scaling/tickets/work';

/** No attempt will ever deal with the message: it is put aside. */
export class Hopeless extends Error {
  override readonly name = 'Hopeless';
}

/** Our own mistakes, and what can never be written on a ticket. */
const LASTING = [Hopeless, ShowGone, TypeError, RangeError, SyntaxError, ReferenceError];
/** Classes of Postgres' errors that are about the values: data exceptions, and integrity constraints. */
const ABOUT_VALUES = /^2[23]/;

/**
 * Whether a message that failed will fail whenever it is tried again. Everything else is temporary: a database, a mail
 * server or another service that is away, a lock, a time limit.
 */
export function isHopeless(error: unknown): error is Error {
  if (LASTING.some((kind) => error instanceof kind)) return true;
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return severity !== undefined && typeof code === 'string' && ABOUT_VALUES.test(code);
}
