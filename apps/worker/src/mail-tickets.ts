import type { Dependency, Environment, Reservation, Shows } from '@scaling/tickets';
import {
  cancellationMail,
  cancellationMessageId,
  delivered,
  linkMail,
  linkMessageId,
  log,
  type Mail,
  type Mailer,
  stackSecret,
  ticketMessageId,
} from '@scaling/tickets/work';
import type { Kafka } from 'kafkajs';
import { consume } from './consume.ts';
import { deadLetterBox } from './dead-letters.ts';
import { isLinkRequest, type LinkRequest } from './event.ts';
import { Hopeless } from './handling-error.ts';
import { inbox, NotTaken, type Sending } from './inbox.ts';
import { MailServerRefuses, mailGate } from './mail-gate.ts';
import { hasTaken } from './mail-server.ts';
import { smtpFailure } from './smtp-failure.ts';
import { GROUPS } from './topics.ts';

/** Partitions at a time: while one waits for the mail server, another ticket is drawn. */
const AT_A_TIME = 4;
const FORGET_EVERY_MS = 60 * 60 * 1000;

export interface MailParts {
  readonly kafka: Kafka;
  readonly mailer: Mailer;
  readonly shows: Shows;
}

/**
 * Draws and mails the ticket of each sale whose buyer wants it by mail: exactly one mail (see `inbox`). A reservation that
 * is cancelled before gets none; one that is cancelled after gets word of it, once. Also mails the links to reservations, which
 * it signs: the time of a link begins when it is mailed.
 */
export function mailTickets(
  { kafka, mailer, shows }: MailParts,
  env: Pick<Environment, 'boxName' | 'databaseUrl' | 'siteUrl' | 'mailboxUrl'>,
): Dependency {
  const sent = inbox(env.databaseUrl, env);
  const secret = stackSecret(sent.ask);
  const aside = deadLetterBox(kafka);
  const gate = mailGate();
  const forgetting = setInterval(
    () => void sent.forget().catch((error) => log.warn({ err: error }, 'old notes of mails stay')),
    FORGET_EVERY_MS,
  ).unref();

  async function handOver(compose: () => Promise<Mail>): Promise<void> {
    const started = performance.now();
    const took = (outcome: 'sent' | 'failed') => delivered(outcome, (performance.now() - started) / 1000);
    try {
      const mail = await compose().catch((error) => {
        throw new NotTaken(error);
      });
      await mailer.send(mail).catch((error) => {
        throw meaningOf(error);
      });
      gate.took();
      took('sent');
    } catch (error) {
      took('failed');
      throw error;
    }
  }

  /** What to throw for an attempt that failed. */
  function meaningOf(error: Error): Error {
    const failure = smtpFailure(error);
    if (failure === 'unknown') return error;
    if (failure === 'not now') return new NotTaken(error);
    if (failure === 'every mail') gate.refusedAll();
    else if (gate.isBelieved()) return new NotTaken(new Hopeless(error.message, { cause: error }));
    return new NotTaken(new MailServerRefuses(error.message, { cause: error }));
  }

  const sending = (messageId: string, compose: () => Promise<Mail>): Sending => ({
    send: () => handOver(compose),
    isTaken: () => hasTaken(env.mailboxUrl, messageId),
  });

  async function mail(reservation: Reservation): Promise<void> {
    const { id, createdAt: soldAt } = reservation;
    const ticket = sending(ticketMessageId(id), async () => {
      // Loaded with the first ticket: a worker that has just started is there sooner without.
      const { ticketMail } = await import('@scaling/tickets/ticket');
      return await ticketMail(reservation, shows, env.siteUrl);
    });
    if (reservation.status === 'confirmed') return await sent.ticket(id, ticket);
    const notice = sending(cancellationMessageId(id), () => cancellationMail(reservation, shows));
    await sent.cancellation({ id, soldAt }, { ticket, notice });
  }

  async function mailLink(request: LinkRequest): Promise<void> {
    const signing = { secret: await secret(), siteUrl: env.siteUrl };
    const compose = async () => linkMail(request, signing);
    await sent.link(request.id, sending(linkMessageId(request.id), compose));
  }

  const consumer = consume(kafka, {
    group: GROUPS.mail,
    atATime: 1,
    partitions: AT_A_TIME,
    async handle(events, { cancelled }) {
      for (const event of events) {
        if (isLinkRequest(event)) {
          gate.enter();
          await mailLink(event);
          continue;
        }
        if (event.ticket !== 'mail') continue;
        // Its cancellation is a few messages behind, and will be noted when it is dealt with.
        if (event.status === 'confirmed' && cancelled.has(event.id)) continue;
        gate.enter();
        await mail(event);
      }
    },
    putAside: aside.put,
  });
  return {
    ...consumer,
    async close() {
      clearInterval(forgetting);
      await consumer.close();
      await Promise.all([aside.close(), sent.close(), mailer.close()]);
    },
  };
}
