import { createHmac } from 'node:crypto';
import { isSameSecret } from '../same-secret.ts';
import { LINK_MINUTES } from '../stores/migrations/0014-mailed-links.ts';

interface Claims {
  readonly email: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** What a mailed link has in its fragment: opens the reservations of this address, for a quarter of an hour, in this stack. */
export function linkToken(email: string, secret: string, now = Date.now()): string {
  const claims: Claims = { email, until: now + LINK_MINUTES * 60_000 };
  const text = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${text}.${signatureOf(text, secret)}`;
}

/** The address that a token was mailed to; null: it is forged, another stack's, or its time is over. */
export function addressIn(token: string, secret: string, now = Date.now()): string | null {
  const [text = '', signature = '', ...rest] = token.split('.');
  if (rest.length > 0 || !isSameSecret(signature, signatureOf(text, secret))) return null;
  const { email, until } = JSON.parse(Buffer.from(text, 'base64url').toString()) as Claims;
  return now < until ? email : null;
}

function signatureOf(text: string, secret: string): string {
  return createHmac('sha256', secret).update(`reservations of ${text}`).digest('base64url');
}
