import type { Email } from 'postal-mime';

const MOST_MAILS = 2000;
const MOST_BYTES = 64 * 1024 * 1024;

export interface KeptMail {
  readonly id: number;
  readonly reservation: string | null;
  readonly receivedAt: string;
  /** As it came. Read only when somebody looks at it: a sale brings more mails than anybody opens. */
  readonly raw: Buffer;
}

/** The latest mails, in memory; the oldest go when there are too many (2,000 or 64 MB). */
export function inbox() {
  const mails = new Map<number, KeptMail>();
  let received = 0;
  let bytes = 0;
  return {
    add(raw: Buffer): KeptMail {
      received += 1;
      const mail = {
        id: received,
        reservation: reservationOf(raw),
        receivedAt: new Date().toISOString(),
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
    /** All that ever came, also those no longer kept. */
    received: () => received,
  };
}

export type Inbox = ReturnType<typeof inbox>;

function reservationOf(raw: Buffer): string | null {
  const header = raw.subarray(0, Math.max(0, raw.indexOf('\r\n\r\n'))).toString('latin1');
  return /^X-Reservation:\s*(\S+)/im.exec(header)?.[1] ?? null;
}

/** The mail taken apart. */
export async function opened(mail: KeptMail): Promise<Email> {
  const { default: PostalMime } = await import('postal-mime');
  return await PostalMime.parse(mail.raw);
}
