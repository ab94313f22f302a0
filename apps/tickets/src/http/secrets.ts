/** What a client shows as `Authorization: Bearer …`, by the name that the document has for it. */
export const SECRETS = {
  managementToken:
    'The token of one reservation. The purchase answers it, and the same purchase again answers the same token.',
} as const;

export type Secret = keyof typeof SECRETS;

/** What an operation asks for. */
export function needs(secret: Secret) {
  return { security: [{ [secret]: [] }] };
}
