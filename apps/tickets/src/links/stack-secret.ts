import { randomBytes } from 'node:crypto';
import type { Statement } from '../stores/pool.ts';

const NAME = 'links';
const FIND: Statement = { name: 'find-secret', text: 'select value from secrets where name = $1' };
/** Of several apps that need it first at the same time, one writes it. */
const MAKE: Statement = {
  name: 'make-secret',
  text: 'insert into secrets (name, value) values ($1, $2) on conflict do nothing',
};

/** First column of the first row. */
type Ask = (statement: Statement, values: readonly unknown[]) => Promise<string | null>;

/** What this stack signs links with: random, made by whichever app needs it first, and the same for all of them. */
export function stackSecret(ask: Ask): () => Promise<string> {
  let known: Promise<string> | undefined;

  async function findOrMake(): Promise<string> {
    const found = await ask(FIND, [NAME]);
    if (found !== null) return found;
    await ask(MAKE, [NAME, randomBytes(32).toString('base64url')]);
    const made = await ask(FIND, [NAME]);
    if (made === null) throw new Error('the secret of this stack was not kept');
    return made;
  }

  return () => {
    known ??= findOrMake().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}
