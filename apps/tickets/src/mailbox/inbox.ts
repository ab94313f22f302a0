import type { Email } from 'postal-mime';
import { journal as journalIn, type Taken } from './journal.ts';

const MOST_MAILS = 2000;
const MOST_BYTES = 64 * 1024 * 1024;

export interface KeptMail {
  readonly id: number;
  readonly reservation: string | null;
  /** `ticket`, `cancellation` of one, or the `link` to all reservations of an address. */
  readonly kind: string;
  readonly receivedAt: string;
  /** Addresses that it was brought for: those of the envelope, whatever the mail itself says. */
  readonly to: readonly string[];
  /** As it came. Read only when somebody looks at it: a sale brings more mails than anybody opens. */
  readonly raw: Buffer;
}

/**
 * The latest mails, in memory; the oldest go when there are too many (2,000 or 64 MB). Which mails ever came is known
 * of all, and with a journal also after a crash.
 */
export function inbox(journal = journalIn(undefined)) {
  const mails = new Map<number, KeptMail>();
  const messages = new Map<string, number>();
  const deliveries = new Map<string, number>();
  const cancellations = new Map<string, number>();
  const since = journal.keeps ? null : new Date().toISOString();
  let received = 0;
  let bytes = 0;

  function count({ messageId, reservation, kind }: Taken): void {
    received += 1;
    messages.set(messageId, (messages.get(messageId) ?? 0) + 1);
    const counts = kind === 'cancellation' ? cancellations : deliveries;
    if (reservation !== '') counts.set(reservation, (counts.get(reservation) ?? 0) + 1);
  }
  for (const taken of journal.read()) count(taken);

  return {
    add(raw: Buffer, to: readonly string[] = []): KeptMail {
      const header = headerOf(raw);
      const reservation = field(header, 'X-Reservation');
      const kind = field(header, 'X-Kind') ?? 'ticket';
      const taken = { messageId: field(header, 'Message-ID') ?? '', reservation: reservation ?? '', kind };
      // First the note, then the answer to whoever brought it: what was taken is known for ever.
      journal.note(taken);
      count(taken);
      const mail = {
        id: received,
        reservation,
        kind,
        receivedAt: new Date().toISOString(),
        to,
        raw,
      };
      mails.set(mail.id, mail);
      bytes += raw.length;
      for (const [id, oldest] of mails) {
        if (mails.size <= MOST_MAILS && bytes <= MOST_BYTES) break;
        mails.delete(id);
        bytes -= oldest.raw.length;
      }
      return mail;
    },
    /** Newest first. */
    list(reservation?: string): KeptMail[] {
      const all = [...mails.values()].reverse();
      return reservation === undefined ? all : all.filter((mail) => mail.reservation === reservation);
    },
    find: (id: number) => mails.get(id),
    /** How often a mail of this name came. */
    taken: (messageId: string) => messages.get(messageId) ?? 0,
    /** How many tickets each reservation got. */
    deliveries: (): Readonly<Record<string, number>> => Object.fromEntries(deliveries),
    /** How many notices of its cancellation each reservation got. */
    cancellations: (): Readonly<Record<string, number>> => Object.fromEntries(cancellations),
    /** Mails from before are forgotten; null: none is. */
    since,
    /** All that ever came, also those no longer kept. */
    received: () => received,
  };
}

export type Inbox = ReturnType<typeof inbox>;

function headerOf(raw: Buffer): string {
  return raw.subarray(0, Math.max(0, raw.indexOf('\r\n\r\n'))).toString('latin1');
}

function field(header: string, name: string): string | null {
  return new RegExp(`^${name}:\\s*(\\S+)`, 'im').exec(header)?.[1] ?? null;
}

/** The mail taken apart. */
export async function opened(mail: KeptMail): Promise<Email> {
  const { default: PostalMime } = await import('postal-mime');
  return await PostalMime.parse(mail.raw);
}
