import * as z from 'zod';

const LIMIT_MS = 2000;

const schema = z.object({ AccessKeyId: z.string(), SecretAccessKey: z.string(), Token: z.string() });

/** A role's, for some hours. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * Asks ECS for those of the task's role. It keeps them fresh, so they are asked for whenever they are needed.
 * Rejects when nobody answers within two seconds, or something else.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
export async function taskCredentials(url: string): Promise<Credentials> {
  const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) });
  if (!response.ok) throw new Error(`The task's role has no credentials: ${url} says ${response.status}.`);
  const { AccessKeyId, SecretAccessKey, Token } = schema.parse(await response.json());
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token };
}
