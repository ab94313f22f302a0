/** How long after one try the next one comes at the earliest. */
const PAUSE_MS = 1000;
/** After so many tries without a decision the outcome stays unknown. */
const MAX_TRIES = 4;

interface Unknown {
  /** Sends the same request again, with the same key. True: what became of it is known now. */
  readonly ask: () => boolean;
  triesLeft: number;
  nextAt: number;
}

/**
 * Requests of this virtual user whose outcome is unknown. They are asked for again after later visits, one request each:
 * a user who waits for a decision would be missing among those who make the load.
 */
export function unknowns(now: () => number = Date.now) {
  const open: Unknown[] = [];
  return {
    /** Takes up a request that was answered without a decision, or not at all. */
    add(ask: () => boolean): void {
      open.push({ ask, triesLeft: MAX_TRIES, nextAt: now() + PAUSE_MS });
    },
    /** Asks for the oldest that is due; costs nothing while there is none. */
    askAgain(): void {
      const due = open.findIndex(({ nextAt }) => nextAt <= now());
      const [one] = due < 0 ? [] : open.splice(due, 1);
      if (one === undefined || one.ask() || one.triesLeft <= 1) return;
      open.push({ ...one, triesLeft: one.triesLeft - 1, nextAt: now() + PAUSE_MS });
    },
  };
}

/** Each virtual user runs the script for itself, so these are its own. */
export const ownUnknowns = unknowns();
