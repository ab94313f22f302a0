import type { SendMailOptions, Transporter } from 'nodemailer';
import type { Dependency } from '../ports.ts';

const CONNECT_LIMIT_MS = 2000;
const SILENCE_LIMIT_MS = 30_000;
const ANSWER_LIMIT_MS = 5000;
/** The wait for one of the few connections included. */
const SEND_LIMIT_MS = 10_000;
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
  /**
   * Resolves once the mail server has taken the mail, and rejects when the server refuses it. It rejects after 10 s, the
   * wait for a connection included, or when `signal` says so, if the whole mail was not handed over by then: the server
   * certainly does not have it. After that it rejects when the server has said nothing for `answerLimitMs` (5 s; 30 s at
   * most) or the connection breaks: the server may have it.
   */
  send(
    mail: Mail,
    options?: { readonly signal?: AbortSignal; readonly answerLimitMs?: number },
  ): Promise<void>;
  /** Greets the mail server on a connection of its own; rejects within some seconds when it does not answer. */
  probe(): Promise<void>;
}

interface Followed {
  readonly onHandedOver: () => void;
}

/** Sends mails by SMTP over a few connections that stay open. */
export function mailer(smtpUrl: string): Mailer {
  const { hostname } = new URL(smtpUrl);
  let transporter: Promise<Transporter> | undefined;

  async function connect(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    const made = createTransport(
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
    // The last byte is read before the server can see the end of the mail.
    made.use('stream', ({ data, message }, done) => {
      message.processFunc((input) => input.once('end', (data as Followed).onHandedOver));
      done();
    });
    return made;
  }

  return {
    name: hostname,
    optional: true,
    async send(
      { attachment, headers, messageId, to, subject, text },
      { signal, answerLimitMs = ANSWER_LIMIT_MS } = {},
    ) {
      const cut = new AbortController();
      const giveUp = () => cut.abort();
      let timer = setTimeout(giveUp, SEND_LIMIT_MS);
      const keep = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
      };
      if (signal?.aborted) giveUp();
      signal?.addEventListener('abort', giveUp);
      transporter ??= connect();
      const options: SendMailOptions & Followed = {
        messageId,
        to,
        subject,
        text,
        signal: cut.signal,
        onHandedOver() {
          keep();
          timer = setTimeout(giveUp, answerLimitMs);
        },
        headers: { ...headers },
        attachments:
          attachment === undefined ? [] : [{ ...attachment, content: Buffer.from(attachment.content) }],
      };
      await (await transporter).sendMail(options).finally(keep);
    },
    async probe() {
      transporter ??= connect();
      await (await transporter).verify();
    },
    async check() {
      // A probe of its own would cost a connection a second on every instance; failed deliveries are counted instead.
    },
    async close() {
      (await transporter)?.close();
    },
  };
}
