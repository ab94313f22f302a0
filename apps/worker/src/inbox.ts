import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '@scaling/tickets';
import { log } from '@scaling/tickets/work';
import { mails } from './metrics.ts';
import { type Session, session } from './session.ts';

/**
 * A mail whose sender is gone may still be on its way into the mail server. This long after its sender is known to be
 * gone, the server is asked; the server takes nothing in for longer than it takes to read what lies in its socket.
 */
const SETTLE_MS = 2000;

const BEGIN = { name: 'begin-mail', text: 'select begin_mail($1) as state' };
const END = { name: 'end-mail', text: 'select end_mail($1)' };

export interface Sending {
  /** Hands the mail over. */
  send(): Promise<void>;
  /** Whether the mail server has this mail. */
  isTaken(): Promise<boolean>;
}

export interface Inbox {
  /**
   * Sends a reservation's mail unless it was sent before. Calls at the same time, in any process, wait for each other.
   * Rejects when that cannot be told, or not be done, now.
   */
  once(reservationId: string, sending: Sending): Promise<void>;
  close(): Promise<void>;
}

/**
 * One mail for each reservation, however often it is asked for and whoever dies when. `begun` is written before the mail
 * is handed over, `sent` after. Who finds `begun` and gets its lock knows that the one who wrote it is gone (a dead
 * worker's session ends, and with it its lock) and does not know how far it came: so the mail server is asked whether it
 * has the mail, by its name. Only a mail that is not there is sent again.
 *
 * What this rests on: a mail server that can be asked, and that takes in nothing more `SETTLE_MS` after its client has
 * died. Without it one has to choose between a mail too many and a mail too few.
 */
export function inbox(url: string, env: Pick<Environment, 'boxName'>): Inbox {
  const idle: Session[] = [];

  async function holding(held: Session, id: string, { send, isTaken }: Sending): Promise<void> {
    const [row] = await held.rows<{ state: 'new' | 'begun' | 'sent' }>(BEGIN, [id]);
    const state = row?.state;
    if (state === 'sent') mails.inc({ outcome: 'known' });
    if (state === 'begun') {
      await sleep(SETTLE_MS);
      const taken = await isTaken();
      log.info({ reservation: id, taken }, 'an attempt had been cut short');
      if (taken) mails.inc({ outcome: 'found' });
      else await handOver(send);
    }
    if (state === 'new') await handOver(send);
    await held.rows(END, [id]);
  }

  return {
    async once(id, sending) {
      const held = idle.pop() ?? session(url, env);
      try {
        await holding(held, id, sending);
      } catch (error) {
        // Its end is unknown, or its lock is held: the session goes, and the lock with it.
        await held.drop();
        throw error;
      } finally {
        idle.push(held);
      }
    },
    async close() {
      await Promise.all(idle.map((each) => each.drop()));
    },
  };
}

async function handOver(send: () => Promise<void>): Promise<void> {
  await send();
  mails.inc({ outcome: 'sent' });
}
