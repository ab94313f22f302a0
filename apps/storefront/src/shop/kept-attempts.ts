import type { Attempt } from './attempt.ts';

interface Kept extends Attempt {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Bought; its ticket has yet to be mailed. */
  readonly mailOwed: boolean;
}

const KEY = 'row-a:attempts';
/** The shop forgets a key after this: then it can no longer say what became of it. */
const KEPT_MS = 7 * 24 * 3600 * 1000;

/** The attempt for seats of this show whose outcome is not known, also after the page was loaded again. */
export function undecidedFor(showId: number): Attempt | null {
  return kept().find(({ order, mailOwed }) => order.showId === showId && !mailOwed) ?? null;
}

/** Attempts that succeeded and whose tickets have yet to be mailed: asking again with the key has them mailed. */
export function owedMails(): readonly Attempt[] {
  return kept().filter(({ mailOwed }) => mailOwed);
}

/** Remembers an attempt, in the browser, before it is sent. */
export function keep({ order, key }: Attempt, mailOwed: boolean = false): void {
  store([{ order, key, at: Date.now(), mailOwed }, ...kept().filter((other) => other.key !== key)]);
}

/** All is known of it, and done. */
export function drop({ key }: Attempt): void {
  store(kept().filter((other) => other.key !== key));
}

function kept(): readonly Kept[] {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? '[]') as Kept[];
    return found.filter(({ at }) => Date.now() - at < KEPT_MS);
  } catch (error) {
    // A browser without storage, or with something else in it, just forgets.
    console.warn('remembered attempts cannot be read', error);
    return [];
  }
}

function store(attempts: readonly Kept[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(attempts));
  } catch (error) {
    console.warn('the attempt cannot be remembered', error);
  }
}
