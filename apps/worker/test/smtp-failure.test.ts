import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { mailer } from '@scaling/tickets';
import { afterEach, expect, it } from 'vitest';
import { type SmtpFailure, smtpFailure } from '../src/smtp-failure.ts';

const PHASES = ['connect', 'EHLO', 'AUTH', 'MAIL FROM', 'RCPT TO', 'DATA', 'end of DATA'] as const;
type Phase = (typeof PHASES)[number];
/** An answer's code, or that the server breaks off instead of answering. */
type Answer = number | 'breaks off';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** What the server says to each phase, when all is well. */
const WELL: Readonly<Record<Phase, string>> = {
  connect: '220 ready',
  EHLO: '250-here\r\n250 AUTH PLAIN',
  AUTH: '235 ok',
  'MAIL FROM': '250 ok',
  'RCPT TO': '250 ok',
  DATA: '354 go on',
  'end of DATA': '250 taken',
};

/** A mail server that answers otherwise in one phase. */
async function serverThat(phase: Phase, answer: Answer): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    let inData = false;
    const say = (now: Phase) => {
      if (now !== phase) socket.write(`${WELL[now]}\r\n`);
      else if (answer === 'breaks off') socket.destroy();
      else socket.write(`${answer} no\r\n`);
    };
    say('connect');
    socket.on('data', (bytes) => {
      const text = bytes.toString();
      if (inData) {
        if (text.endsWith('\r\n.\r\n')) {
          inData = false;
          say('end of DATA');
        }
        return;
      }
      if (/^(EHLO|HELO)/.test(text)) say('EHLO');
      else if (text.startsWith('AUTH')) say('AUTH');
      else if (text.startsWith('MAIL')) say('MAIL FROM');
      else if (text.startsWith('RCPT')) say('RCPT TO');
      else if (text.startsWith('DATA')) {
        inData = phase !== 'DATA';
        say('DATA');
      } else if (text.startsWith('QUIT')) socket.end();
      else socket.write('250 ok\r\n');
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return `smtp://me:secret@127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function failureAt(url: string): Promise<SmtpFailure | 'taken'> {
  const mails = mailer(url);
  try {
    await mails.send({
      messageId: '<a@b>',
      to: { name: 'Ada', address: 'ada@example.com' },
      subject: 'A ticket',
      text: 'Here it is.',
      headers: {},
    });
    return 'taken';
  } catch (error) {
    return smtpFailure(error);
  } finally {
    await mails.close();
  }
}

const expected = (phase: Phase, answer: Answer): SmtpFailure => {
  // Where a connection breaks off cannot be told from the error: a mail too few is worse than asking.
  if (answer === 'breaks off') return 'unknown';
  if (answer < 500) return 'not now';
  const ofOne: readonly Phase[] = ['RCPT TO', 'DATA', 'end of DATA'];
  return ofOne.includes(phase) && answer !== 530 ? 'this mail' : 'every mail';
};

const TABLE = PHASES.flatMap((phase) =>
  ([421, 454, 530, 550, 554, 'breaks off'] as const).map((answer) => [phase, answer] as const),
);

it.each(TABLE)('judges a mail server that at %s answers %s', async (phase, answer) => {
  const judged = await failureAt(await serverThat(phase, answer));
  if (answer === 'breaks off' && phase === 'connect') expect(['unknown', 'not now']).toContain(judged);
  else expect(judged).toBe(expected(phase, answer));
});

it('knows that a server that nobody reaches has nothing', async () => {
  expect(await failureAt('smtp://127.0.0.1:1')).toBe('not now');
});

it('takes what is well for well', async () => {
  expect(await failureAt(await serverThat('QUIT' as Phase, 250))).toBe('taken');
});
