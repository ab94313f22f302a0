import { SMTPServer } from 'smtp-server';
import { log } from '../log.ts';
import type { Inbox } from './inbox.ts';

const MOST_BYTES = 1024 * 1024;
const SILENCE_MS = 60_000;

/** Takes any mail of up to 1 MB from anybody: this mail server is the stack's own and delivers nowhere. */
export function receiver(inbox: Inbox): SMTPServer {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MOST_BYTES,
    socketTimeout: SILENCE_MS,
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => {
        // What is too large is read to its end and thrown away.
        if (stream.byteLength <= MOST_BYTES) parts.push(part);
      });
      stream.on('end', () => {
        if (stream.sizeExceeded) {
          done(Object.assign(new Error('Larger than 1 MB'), { responseCode: 552 }));
          return;
        }
        try {
          const mail = inbox.add(
            Buffer.concat(parts),
            session.envelope.rcptTo.map(({ address }) => address),
          );
          log.info({ mail: mail.id, reservation: mail.reservation, from: session.remoteAddress }, 'mail');
          done();
        } catch (error) {
          // Whoever brought it keeps it and comes back.
          log.error({ err: error }, 'a mail cannot be noted');
          done(Object.assign(new Error('No room at the moment'), { responseCode: 452 }));
        }
      });
    },
  });
  server.on('error', (error) => log.warn({ err: error }, 'a mail connection broke'));
  return server;
}
