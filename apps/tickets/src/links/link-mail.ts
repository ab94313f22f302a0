import type { Mail } from '../delivery/mailer.ts';
import { LINK_MINUTES } from '../stores/migrations/0014-mailed-links.ts';
import { linkToken } from './link-token.ts';

/** A link that was asked for has one name forever, as a ticket's mail has. */
export function linkMessageId(requestId: string): string {
  return `<link-${requestId}@scaling.example>`;
}

/** The mail with the link to all reservations of its address. The token is in the fragment, which no server sees. */
export function linkMail(
  { id, email }: { readonly id: string; readonly email: string },
  { secret, siteUrl }: { readonly secret: string; readonly siteUrl: string },
): Mail {
  return {
    messageId: linkMessageId(id),
    to: { name: '', address: email },
    subject: 'Your reservations',
    text: [
      'Hello,',
      '',
      `this link shows the reservations of this address for ${LINK_MINUTES} minutes:`,
      `${siteUrl}/#/my/${linkToken(email, secret)}`,
      '',
      'If you did not ask for it, another person entered your address. Only this mail shows your reservations.',
    ].join('\n'),
    headers: { 'X-Kind': 'link' },
  };
}
