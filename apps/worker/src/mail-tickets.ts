import type { Dependency, Environment, Reservation, Shows } from '@scaling/tickets';
import { delivered, type Mailer, ticketMessageId } from '@scaling/tickets/work';
import type { Kafka } from 'kafkajs';
import { consume } from './consume.ts';
import { deadLetterBox } from './dead-letters.ts';
import { inbox } from './inbox.ts';
import { hasTaken } from './mail-server.ts';
import { GROUPS } from './topics.ts';

/** Partitions at a time: while one waits for the mail server, another ticket is drawn. */
const AT_A_TIME = 4;

export interface MailParts {
  readonly kafka: Kafka;
  readonly mailer: Mailer;
  readonly shows: Shows;
}

/** Draws and mails the ticket of each sale whose buyer wants it by mail: exactly one mail (see `inbox`). */
export function mailTickets(
  { kafka, mailer, shows }: MailParts,
  env: Pick<Environment, 'boxName' | 'databaseUrl' | 'siteUrl' | 'mailboxUrl'>,
): Dependency {
  const sent = inbox(env.databaseUrl, env);
  const aside = deadLetterBox(kafka);

  async function mail(reservation: Reservation): Promise<void> {
    if (reservation.ticket !== 'mail') return;
    const started = performance.now();
    try {
      await sent.once(reservation.id, {
        send: async () => {
          // Loaded with the first ticket: a worker that has just started is there sooner without.
          const { ticketMail } = await import('@scaling/tickets/ticket');
          await mailer.send(await ticketMail(reservation, shows, env.siteUrl));
          delivered('sent', (performance.now() - started) / 1000);
        },
        isTaken: () => hasTaken(env.mailboxUrl, ticketMessageId(reservation.id)),
      });
    } catch (error) {
      delivered('failed', (performance.now() - started) / 1000);
      throw error;
    }
  }

  const consumer = consume(kafka, {
    group: GROUPS.mail,
    atATime: 1,
    partitions: AT_A_TIME,
    handle: async (sales) => {
      for (const sale of sales) await mail(sale);
    },
    putAside: aside.put,
  });
  return {
    ...consumer,
    async close() {
      await consumer.close();
      await Promise.all([aside.close(), sent.close(), mailer.close()]);
    },
  };
}
