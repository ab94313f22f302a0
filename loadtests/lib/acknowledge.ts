import type { RefinedResponse, ResponseType } from 'k6/http';

/**
 * Writes down what a buyer was told, one JSON line for `verify` to hold against the database (k6's console goes to a
 * file). A request without an answer promises nothing and is not written. Returns the reservation's id, if sold.
 */
export function acknowledge(
  answer: RefinedResponse<ResponseType | undefined>,
  key: string,
  showId: number,
  seats: readonly number[],
): string | null {
  const { status } = answer;
  if (status !== 200 && status !== 201 && status !== 409) return null;
  const id = status === 409 || typeof answer.body !== 'string' ? null : idIn(answer.body);
  console.log(JSON.stringify({ side: __ENV.SIDE, key, status, id, showId, seats, replayed: status === 200 }));
  return id;
}

function idIn(body: string): string | null {
  // Cheaper than parsing the whole answer, and an answer cut short still tells which reservation it was.
  return /"id"\s*:\s*"([^"]+)"/.exec(body)?.[1] ?? null;
}
