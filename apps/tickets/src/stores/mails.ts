import type { MailClaim, Mails } from '../ports.ts';
import { CLAIM_SECONDS } from './migrations/0009-owed-mails.ts';
import type { Pool } from './pool.ts';
import { claimMail, endClaim } from './sql.ts';

/** What a database says of a reservation's mail: `none` is owed, or whose claim it is. */
export type MailState = MailClaim['state'] | 'none';

/** Which mails a database says are still owed. */
export function mailsIn(pool: Pick<Pool, 'text'>): Mails {
  return {
    async claim(reservationId, token) {
      const asked = performance.now();
      return claimOf((await pool.text(claimMail, [reservationId, token])) as MailState, token, asked);
    },
    async end(reservationId, token, taken) {
      await pool.text(endClaim, [reservationId, token, taken]);
    },
  };
}

/** `asked`: when it was asked for, by performance.now(). The claim began after that, so it lasts until `until` at least. */
export function claimOf(state: MailState | undefined, token: string, asked: number): MailClaim | null {
  if (state === undefined || state === 'none') return null;
  return { state, token, until: asked + CLAIM_SECONDS * 1000 };
}
