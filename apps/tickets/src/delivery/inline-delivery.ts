import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import { delivered } from '../metrics.ts';
import type { Delivery, MailClaim, Reservation, Store } from '../ports.ts';
import { MOST_MS, mailBreaker } from './mail-breaker.ts';
import type { Mailer } from './mailer.ts';

/** How soon, and how seldom, a mail that another request may be sending is asked about. */
const ASK_AGAIN_MS = { first: 50, last: 800 };
/** Well within a claim. */
const KEEP_EVERY_MS = 2000;
/** What is left of a claim when the buyer no longer waits for the mail server. */
const SPARE_MS = 500;
/** A database that was busy, or has failed over, is told again. */
const NOTE_ATTEMPTS = 10;
const NOTE_AGAIN_MS = 1000;
/** So many requests wait for another one's mail at most. */
const MOST_WAITING = 32;

/**
 * Renders the ticket and mails it while the buyer waits; does nothing for who collects it at the box office. A mail that
 * cannot be sent does not undo the sale: it is logged and counted, the buyer still gets the ticket from the site, and the
 * next request with the same key sends the mail. One request at a time may send a reservation's mail (`Mails.claim`).
 *
 * A mail goes out twice only if the app, or its connection to the mail server or the database, fails after the whole mail was
 * handed over and before that is noted, and the buyer asks again.
 */
export function inlineDelivery(
  mailer: Mailer,
  { shows, mails }: Pick<Store, 'shows' | 'mails'>,
  env: Pick<Environment, 'siteUrl'>,
): Delivery {
  if (mails === undefined) throw new Error('this store does not know which mails are owed');
  const noted = mails;
  const server = mailBreaker(mailer);
  let waiting = 0;

  async function deliver(reservation: Reservation, asked: MailClaim): Promise<'done' | 'owed'> {
    const claim = asked.state === 'ours' || !server.isOpen ? asked : await waitFor(reservation.id, asked);
    if (claim === null) return 'done';
    if (claim.state === 'held') return owed();
    if (server.isOpen) return await send(reservation, claim);
    note(reservation.id, claim, Promise.resolve(false));
    return owed();
  }

  /**
   * In the background: until the claim is over, another request asks again. Ours is made longer as long as the server may
   * still take the mail.
   */
  function note(id: string, { token }: MailClaim, taken: Promise<boolean>): void {
    const report = (error: unknown) =>
      log.warn({ err: error, reservation: id }, 'what became of a mail was not noted');
    const keep = () => {
      longer = setTimeout(keep, KEEP_EVERY_MS).unref();
      void noted.claim(id, token).catch(report);
    };
    // Almost always it is known by then.
    let longer = setTimeout(keep, SPARE_MS / 5).unref();
    const end = async () => {
      const known = await taken;
      clearTimeout(longer);
      for (let left = NOTE_ATTEMPTS - 1; left > 0; left -= 1) {
        try {
          return await noted.end(id, token, known);
        } catch (error) {
          report(error);
          await sleep(NOTE_AGAIN_MS, undefined, { ref: false });
        }
      }
      await noted.end(id, token, known);
    };
    end().catch(report);
  }

  /** Until the request that holds the claim has sent the mail, or given up, or its time is over. */
  async function waitFor(id: string, held: MailClaim): Promise<MailClaim | null> {
    if (waiting >= MOST_WAITING) return held;
    waiting += 1;
    try {
      const deadline = held.until + ASK_AGAIN_MS.last;
      for (let pause = ASK_AGAIN_MS.first; ; pause = Math.min(2 * pause, ASK_AGAIN_MS.last)) {
        await sleep(pause);
        const found = await noted.claim(id, held.token);
        if (found?.state !== 'held' || performance.now() > deadline) return found;
      }
    } finally {
      waiting -= 1;
    }
  }

  async function send(reservation: Reservation, claim: MailClaim): Promise<'done' | 'owed'> {
    const started = performance.now();
    let taken = Promise.resolve(false);
    try {
      // Loaded with the first sale: an instance that has just started serves sooner without.
      const { ticketMail } = await import('./ticket-mail.ts');
      const mail = await ticketMail(reservation, shows, env.siteUrl);
      const until = await ownUntil(reservation.id, claim);
      if (until === undefined) return owed();
      const handover = server.handOver(mail, until);
      taken = handover.taken;
      await handover.answered;
      delivered('sent', (performance.now() - started) / 1000);
      return 'done';
    } catch (error) {
      delivered('failed', (performance.now() - started) / 1000);
      log.error({ err: error, reservation: reservation.id }, 'a ticket was not mailed');
      return 'owed';
    } finally {
      note(reservation.id, claim, taken);
    }
  }

  /** The end of our claim, which is made longer where a slow database or a busy processor has used it up. */
  async function ownUntil(id: string, claim: MailClaim): Promise<number | undefined> {
    if (claim.until - performance.now() > MOST_MS + SPARE_MS) return claim.until;
    const longer = await noted.claim(id, claim.token);
    return longer?.state === 'ours' ? longer.until : undefined;
  }

  return {
    async deliver({ reservation, mail }, announced) {
      if (mail === undefined) return 'done';
      await announced;
      try {
        return await deliver(reservation, mail);
      } catch (error) {
        log.warn({ err: error, reservation: reservation.id }, 'whether a mail is owed is not known');
        return owed();
      }
    },
  };
}

function owed(): 'owed' {
  delivered('owed', 0);
  return 'owed';
}
