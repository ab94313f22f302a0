import { z } from 'zod';
import type { ArrivedMail } from '../promises/mails-arrive.ts';
import { ticketSeats } from './ticket-seats.ts';

const TIMEOUT_MS = 15_000;

const page = z.object({
  contents: z.array(
    z.object({
      id: z.number(),
      reservation: z.string().nullable(),
      kind: z.string(),
      receivedAt: z.iso.datetime(),
      to: z.array(z.string()),
      subject: z.string(),
      attachments: z.array(z.object({ mimeType: z.string(), base64: z.string() })),
    }),
  ),
});

/** Every mail about one reservation that the mail box still has in full: the latest 2,000 or so since it started. */
export async function mailContents(mailBox: string): Promise<readonly ArrivedMail[]> {
  const arrived: ArrivedMail[] = [];
  for (let before: number | undefined; ; ) {
    const path = before === undefined ? '/contents' : `/contents?before=${before}`;
    const response = await fetch(`${mailBox}${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const { contents } = page.parse(await response.json());
    if (contents.length === 0) return arrived;
    arrived.push(...contents.filter(({ kind }) => kind !== 'link').map(read));
    before = contents.at(-1)?.id;
  }
}

function read(mail: z.infer<typeof page>['contents'][number]): ArrivedMail {
  const { reservation, to, subject, attachments } = mail;
  const ticket = attachments.find(({ mimeType }) => mimeType === 'application/pdf');
  return {
    reservation,
    to,
    receivedAt: Date.parse(mail.receivedAt),
    show: mail.kind === 'ticket' ? (/^Your ticket: (.*)$/.exec(subject)?.[1] ?? subject) : null,
    seats: ticket === undefined ? null : ticketSeats(Buffer.from(ticket.base64, 'base64')),
  };
}
