import { log } from '../log.ts';
import { countForgotten } from '../metrics.ts';
import type { Pool } from './pool.ts';

/** Keys that go at a time: a small database does it within some milliseconds. */
const BATCH = 500;
const EVERY_MS = 60_000;
/** While there are more. */
const AGAIN_MS = 1000;

const FORGET = { name: 'forget-keys', text: 'select forget_keys($1)::text' };

/** By performance.now(). */
const dueAt = new WeakMap<object, number>();

/**
 * Forgets keys of purchases that are older than seven days, in the background, once in a while. Each sale calls it: without
 * sales there are no new keys either. Of many processes one does it at a time.
 */
export function forgetKeys(database: Pick<Pool, 'text'>): void {
  const now = performance.now();
  const due = dueAt.get(database);
  if (due !== undefined && now < due) return;
  // Processes that started together begin at different times.
  dueAt.set(database, now + (due === undefined ? Math.random() : 1) * EVERY_MS);
  if (due !== undefined) void forget(database);
}

async function forget(database: Pick<Pool, 'text'>): Promise<void> {
  try {
    const gone = Number(await database.text(FORGET, [BATCH]));
    countForgotten(gone);
    if (gone === BATCH) dueAt.set(database, performance.now() + AGAIN_MS);
  } catch (error) {
    log.debug({ err: error }, 'no keys were forgotten');
  }
}
