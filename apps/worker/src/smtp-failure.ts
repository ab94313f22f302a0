/** Phases of a session in which a server judges the one mail; in all others it judges whoever comes. */
const OF_ONE_MAIL: readonly unknown[] = ['RCPT TO', 'DATA', 'API'];
/** Nodemailer's codes for a mail that it does not even offer: an address that is none, or nothing to send. */
const UNSENDABLE: readonly unknown[] = ['EENVELOPE', 'EMESSAGE'];
/** And those of a connection that broke, or that never was. */
const BROKEN: readonly unknown[] = [
  'ECONNECTION',
  'ETIMEDOUT',
  'ESOCKET',
  'EDNS',
  'ETLS',
  'EPROTOCOL',
  'ESTREAM',
];

/**
 * What a failed attempt to hand a mail over means.
 *
 * - `this mail`: the server refuses this mail for good, and does not have it.
 * - `every mail`: the server refuses whoever comes, as a relay that is set up wrong does; it does not have it.
 * - `not now`: the server does not have it, and may take it later.
 * - `unknown`: the server may have it.
 */
export type SmtpFailure = 'this mail' | 'every mail' | 'not now' | 'unknown';

interface Failed {
  readonly code?: unknown;
  readonly responseCode?: unknown;
  readonly command?: unknown;
  readonly syscall?: unknown;
  readonly timeoutType?: unknown;
}

/** Judges nodemailer's error by the server's answer and the phase in which it came (RFC 5321). */
export function smtpFailure(error: unknown): SmtpFailure {
  const failed = error as Failed;
  const { code, command, responseCode } = failed;
  if (typeof responseCode === 'number') {
    if (responseCode < 400) return 'unknown';
    if (responseCode < 500) return 'not now';
    // 530: authentication is required, whatever the phase.
    return OF_ONE_MAIL.includes(command) && responseCode !== 530 ? 'this mail' : 'every mail';
  }
  if (command === 'API' && UNSENDABLE.includes(code)) return 'this mail';
  if (code === 'EAUTH') return 'every mail';
  return neverConnected(failed) ? 'not now' : 'unknown';
}

function neverConnected({ code, syscall, timeoutType }: Failed): boolean {
  if (!BROKEN.includes(code)) return false;
  if (code === 'EDNS' || syscall === 'connect') return true;
  return timeoutType === 'CONNECT_TIMEOUT' || timeoutType === 'GREETING_TIMEOUT';
}
