import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment, Statement } from '@scaling/tickets';
import { log } from '@scaling/tickets/work';
import { mails } from './metrics.ts';
import { type Session, session } from './session.ts';

/**
 * A mail whose sender is gone may still be on its way into the mail server. This long after its sender is known to be
 * gone, the server is asked, and once more this long after it has answered; the server takes nothing in for longer than it
 * takes to read what lies in its socket.
 */
const SETTLE_MS = 2000;

type State = 'begun' | 'sent' | 'cancelled' | 'notice-begun' | 'notice-sent';

const BEGIN = { name: 'begin-mail', text: 'select begin_mail($1) as state' };
const BEGIN_CANCELLATION = { name: 'begin-cancellation', text: 'select begin_cancellation($1, $2) as state' };
const LEAVE = { name: 'leave-mail', text: 'select leave_mail($1, $2)' };
const BEGIN_NOTICE = {
  name: 'begin-notice',
  text: `update mailed set state = 'notice-begun' where reservation_id = $1`,
};
const FORGET = { name: 'forget-mailed', text: 'select forget_mailed()' };

/** The mail server certainly does not have the mail. `cause`: why not. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
  override readonly cause: unknown;

  constructor(cause: unknown) {
    super('the mail server does not have it', { cause });
    this.cause = cause;
  }
}

export interface Sending {
  /** Hands the mail over. Rejects with NotTaken when the server certainly does not have it. */
  send(): Promise<void>;
  /** Whether the mail server has this mail; null: nobody can tell. */
  isTaken(): Promise<boolean | null>;
}

export interface Inbox {
  /**
   * Sends a reservation's ticket unless it was sent before, or cancelled. Calls for one reservation at the same time, in any
   * process, wait for each other. Rejects when that cannot be told, or not be done, now.
   */
  ticket(reservationId: string, ticket: Sending): Promise<void>;
  /**
   * From now on no ticket of the reservation is sent. Where one was, sends the notice, once. `soldAt`: ISO 8601. Rejects as
   * `ticket` does.
   */
  cancellation(
    sold: { readonly id: string; readonly soldAt: string },
    sending: { readonly ticket: Pick<Sending, 'isTaken'>; readonly notice: Sending },
  ): Promise<void>;
  /** Sends a mail that nothing cancels, once for each id. Rejects as `ticket` does. */
  link(requestId: string, mail: Sending): Promise<void>;
  /** First column of the first row, over one of its connections. */
  ask(statement: Statement, values: readonly unknown[]): Promise<string | null>;
  /** Forgets what is so old that no message of it comes any more. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

/**
 * One mail of a kind for each reservation, however often it is asked for and whatever is killed when. `begun` is written
 * before the mail is handed over, `sent` after. Whoever finds `begun` and gets its lock knows that the one who wrote it is
 * gone (a killed worker's session ends, and with it its lock) and does not know how far it came: so the mail server is
 * asked whether it has the mail, by its name. Only a mail that is not there is sent again. An attempt that the server has
 * clearly refused is taken back, and the next one begins as if it were the first.
 *
 * What this rests on: a mail server that can be asked, and that takes in nothing more `SETTLE_MS` after its client has
 * ended. Without it one has to choose between a mail too many and a mail too few; here it is a mail too many.
 */
export function inbox(url: string, env: Pick<Environment, 'boxName'>, settleMs = SETTLE_MS): Inbox {
  const idle: Session[] = [];

  /** Uses a session that holds the reservation's lock until it is left, or until the session ends. */
  async function holding(use: (held: Session) => Promise<void>): Promise<void> {
    const held = idle.pop() ?? session(url, env);
    try {
      await use(held);
    } catch (error) {
      // Its end is unknown, or its lock is held: the session goes, and the lock with it.
      if (!(error instanceof NotTaken)) await held.drop();
      throw error instanceof NotTaken ? error.cause : error;
    } finally {
      idle.push(held);
    }
  }

  const leave = (held: Session, id: string, state: State | null) => held.rows(LEAVE, [id, state]);

  /** `begun`: whether an attempt was made whose end is not known. `before`: the state if there had been no attempt. */
  async function handOver(
    held: Session,
    id: string,
    mail: Sending & { readonly begun: boolean; readonly before: State | null; readonly after: State },
  ): Promise<void> {
    if (mail.begun && (await wasTaken(id, mail))) {
      mails.inc({ outcome: 'found' });
      await leave(held, id, mail.after);
      return;
    }
    try {
      await mail.send();
    } catch (error) {
      if (error instanceof NotTaken) await leave(held, id, mail.before);
      throw error;
    }
    mails.inc({ outcome: mail.after === 'sent' ? 'sent' : 'notice' });
    await leave(held, id, mail.after);
  }

  async function wasTaken(id: string, { isTaken }: Pick<Sending, 'isTaken'>): Promise<boolean | null> {
    await sleep(settleMs);
    let taken = await isTaken();
    if (taken === false) {
      // A server that hung, or was cut off, until it answered: what lay in its sockets is read a moment later.
      await sleep(settleMs);
      taken = await isTaken();
    }
    log.info({ reservation: id, taken }, 'an attempt had been cut short');
    return taken;
  }

  async function once(id: string, mail: Sending): Promise<void> {
    await holding(async (held) => {
      const [row] = await held.rows<{ state: State | 'new' }>(BEGIN, [id]);
      const state = row?.state ?? 'new';
      if (state === 'new' || state === 'begun') {
        await handOver(held, id, { ...mail, begun: state === 'begun', before: null, after: 'sent' });
        return;
      }
      mails.inc({ outcome: state === 'sent' ? 'known' : 'cancelled' });
      await leave(held, id, state);
    });
  }

  return {
    ticket: once,
    link: once,
    async ask(statement, values) {
      let found: string | null = null;
      await holding(async (held) => {
        const [row] = await held.rows<Record<string, string>>(statement, values);
        found = Object.values(row ?? {})[0] ?? null;
      });
      return found;
    },
    async cancellation({ id, soldAt }, { ticket, notice }) {
      await holding(async (held) => {
        const [row] = await held.rows<{ state: State | 'new' }>(BEGIN_CANCELLATION, [id, soldAt]);
        const state = row?.state ?? 'new';
        if (state === 'cancelled' || state === 'notice-sent') {
          await leave(held, id, state);
          return;
        }
        // Where nobody can tell whether a ticket arrived, a notice too many does no harm.
        if (state === 'begun' && (await wasTaken(id, ticket)) === false) {
          await leave(held, id, 'cancelled');
          return;
        }
        if (state === 'begun') await held.rows(BEGIN_NOTICE, [id]);
        const begun = state === 'notice-begun';
        await handOver(held, id, { ...notice, begun, before: 'sent', after: 'notice-sent' });
      });
    },
    async forget() {
      await holding(async (held) => void (await held.rows(FORGET)));
    },
    async close() {
      await Promise.all(idle.map((each) => each.drop()));
    },
  };
}
