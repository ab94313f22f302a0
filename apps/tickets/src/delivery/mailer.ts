import type { Transporter } from 'nodemailer';
import type { Dependency } from '../ports.ts';

const CONNECT_LIMIT_MS = 2000;
const SILENCE_LIMIT_MS = 5000;
const CONNECTIONS = 4;

export interface Mail {
  /** The same for the same mail, however often it is sent: `<ID@HOST>`. */
  readonly messageId: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly attachment?: {
    readonly filename: string;
    readonly contentType: string;
    readonly content: Uint8Array;
  };
}

export interface Mailer extends Dependency {
  /** Resolves once the mail server has taken the mail; rejects within some seconds when it does not. */
  send(mail: Mail): Promise<void>;
}

/** Sends mails by SMTP over a few connections that stay open. */
export function mailer(smtpUrl: string): Mailer {
  const { hostname } = new URL(smtpUrl);
  let transporter: Promise<Transporter> | undefined;

  async function connect(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    return createTransport(
      {
        url: smtpUrl,
        pool: true,
        maxConnections: CONNECTIONS,
        maxMessages: Number.POSITIVE_INFINITY,
        connectionTimeout: CONNECT_LIMIT_MS,
        greetingTimeout: CONNECT_LIMIT_MS,
        socketTimeout: SILENCE_LIMIT_MS,
        // The shop and its mail server share a private network.
        ignoreTLS: smtpUrl.startsWith('smtp:'),
      },
      { from: { name: 'Scaling Tickets', address: 'tickets@scaling.example' } },
    );
  }

  return {
    name: hostname,
    optional: true,
    async send({ attachment, headers, messageId, to, subject, text }) {
      transporter ??= connect();
      await (await transporter).sendMail({
        messageId,
        to,
        subject,
        text,
        headers: { ...headers },
        attachments:
          attachment === undefined ? [] : [{ ...attachment, content: Buffer.from(attachment.content) }],
      });
    },
    async check() {
      // A probe of its own would cost a connection a second on every instance; failed deliveries are counted instead.
    },
    async close() {
      (await transporter)?.close();
    },
  };
}
