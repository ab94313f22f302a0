/** The shop understood and says no, or cannot: an answer of RFC 9457, or any other answer that is not a success. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  /** The seats concerned, if the problem is about seats. */
  readonly seats: readonly number[];

  constructor(status: number, message: string, seats: readonly number[] = []) {
    super(message);
    this.status = status;
    this.seats = seats;
  }
}

/** Reads an answer that is no success; a body that is no problem+json (a proxy's page) is described by its status. */
export function problemOf(status: number, body: unknown): Problem {
  const { title, detail, seats, errors } = (typeof body === 'object' && body !== null ? body : {}) as {
    title?: unknown;
    detail?: unknown;
    seats?: unknown;
    errors?: unknown;
  };
  const said = [title, detail, ...complaints(errors)].filter((text) => typeof text === 'string');
  const message = said.length > 0 ? said.join(' ') : withoutWords(status);
  return new Problem(status, message, Array.isArray(seats) ? seats.filter(Number.isInteger) : []);
}

function complaints(errors: unknown): string[] {
  if (!Array.isArray(errors)) return [];
  return errors.map(({ at, message }) => `${String(at)}: ${String(message)}.`);
}

function withoutWords(status: number): string {
  return status >= 500
    ? `The shop cannot answer at the moment (${status}).`
    : `The shop did not accept this (${status}).`;
}

/** What to tell a person about anything thrown while asking the shop. */
export function messageOf(error: unknown): string {
  if (error instanceof Problem) return error.message;
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return 'The shop took too long to answer.';
  return 'The shop cannot be reached. Is the stage running?';
}
