import { createTransport } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { freePort } from '../../tickets/test/postgres/index.ts';

type Take = (bytes: Buffer, done: (error?: Error | null) => void, drop: () => void) => void;

/** A mail server that does with a mail what the test says. */
export async function smtp(
  take: Take,
  refusesSenders = () => false,
): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    closeTimeout: 200,
    onMailFrom: (_, __, done) =>
      done(refusesSenders() ? Object.assign(new Error('Not from here'), { responseCode: 550 }) : null),
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const drop = () => {
          for (const each of server.connections) {
            const { id, _socket } = each as unknown as { id: string; _socket: { destroy(): void } };
            if (id === session.id) _socket.destroy();
          }
        };
        take(Buffer.concat(parts), done, drop);
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Hands a mail on to another mail server. */
export async function forward(bytes: Buffer, smtpUrl: string): Promise<void> {
  const transport = createTransport(`${smtpUrl}?ignoreTLS=true`);
  await transport.sendMail({ envelope: { from: 'a@example.com', to: 'b@example.com' }, raw: bytes });
  transport.close();
}
