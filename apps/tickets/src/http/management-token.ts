import type { Request } from 'express';
import { bearerOf } from './bearer.ts';
import { Problem } from './problem.ts';

/**
 * The management token that a request shows. Whether it is the reservation's own is for the caller to compare.
 *
 * @throws Problem 401 without one. No database is asked, so the answer says nothing about the reservation.
 */
export function managementTokenOf(req: Request): string {
  const token = bearerOf(req);
  if (token !== undefined) return token;
  throw new Problem(401, 'no-token', 'The management token of the reservation is needed.', {
    detail:
      'Authorization: Bearer TOKEN. The purchase answered it, and the mail with the ticket has it in its link.',
  });
}
