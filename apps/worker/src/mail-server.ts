import * as z from 'zod';

const LIMIT_MS = 3000;
const answer = z.object({ taken: z.int().min(0) });

/**
 * Whether the mail server has a mail of this name; null where there is nobody to ask (`mailboxUrl` undefined). Rejects when
 * it does not say.
 */
export async function hasTaken(mailboxUrl: string | undefined, messageId: string): Promise<boolean | null> {
  if (mailboxUrl === undefined) return null;
  const url = `${mailboxUrl}/taken?message-id=${encodeURIComponent(messageId)}`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return answer.parse(await response.json()).taken > 0;
  } catch (cause) {
    // fetch calls a server that is away a TypeError, as if it were a mistake of ours: it will be back.
    throw new Error(`the mail server does not say what it has: ${(cause as Error).message}`, { cause });
  }
}
