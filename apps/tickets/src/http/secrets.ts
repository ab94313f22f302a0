import { LINK_MINUTES } from '../stores/migrations/0014-mailed-links.ts';

/** What a client shows as `Authorization: Bearer …`, by the name that the document has for it. */
export const SECRETS = {
  managementToken:
    'The token of one reservation. The purchase answers it, and the same purchase again answers the same token.',
  mailedLink: `The token in the link that \`POST /reservations/link\` mails. It is good for ${LINK_MINUTES} minutes.`,
} as const;

export type Secret = keyof typeof SECRETS;

/** What an operation asks for. */
export function needs(secret: Secret) {
  return { security: [{ [secret]: [] }] };
}
