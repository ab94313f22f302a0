import type { AddressInfo } from 'node:net';
import { inbox } from '../../tickets/src/mailbox/inbox.ts';
import { pages } from '../../tickets/src/mailbox/pages.ts';
import { receiver } from '../../tickets/src/mailbox/receiver.ts';
import { httpServer } from '../../tickets/src/server.ts';
import { freePort } from '../../tickets/test/postgres/index.ts';

export interface TestMail {
  readonly smtpUrl: string;
  readonly mailboxUrl: string;
  /** How many mails a reservation got. */
  count(reservation: string): number;
  /** Ends the SMTP half: who comes is refused. */
  closeSmtp(): Promise<void>;
  openSmtp(): Promise<void>;
  stop(): Promise<void>;
}

/** The stages' own mail box, in this process. */
export async function startMail(): Promise<TestMail> {
  const kept = inbox();
  const web = httpServer(pages(kept));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const port = await freePort();
  let smtp = receiver(kept);
  const openSmtp = async () => {
    smtp = receiver(kept);
    await new Promise<void>((resolve) => void smtp.listen(port, '127.0.0.1', resolve));
  };
  const closeSmtp = async () => {
    for (const connection of smtp.connections) (connection as unknown as { close(): void }).close();
    await new Promise<void>((resolve) => smtp.close(() => resolve()));
  };
  await openSmtp();
  return {
    smtpUrl: `smtp://127.0.0.1:${port}`,
    mailboxUrl: `http://127.0.0.1:${(web.address() as AddressInfo).port}`,
    count: (reservation) => kept.deliveries()[reservation] ?? 0,
    closeSmtp,
    openSmtp,
    async stop() {
      await closeSmtp();
      web.closeAllConnections();
      await new Promise((resolve) => web.close(resolve));
    },
  };
}
