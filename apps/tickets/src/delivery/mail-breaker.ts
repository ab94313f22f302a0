import { log } from '../log.ts';
import { mailServerIs } from '../metrics.ts';
import { type Breaker, breaker } from '../redis/breaker.ts';
import { patience } from '../redis/patience.ts';
import type { Mail, Mailer } from './mailer.ts';

/** A mail server that takes longer hangs. `patience` looks at most a quarter later. */
const ANSWER_LIMIT_MS = 2400;
export const MOST_MS = 3000;
/** For a mail server that hangs with a whole mail: it may still take it, and then it must not be sent again. */
const MOST_PATIENT_MS = 30_000;
/** Mails that are handed over, or wait for one of the mailer's connections. */
const MOST_UNDER_WAY = 64;

/** Bounds what a mail server can cost those who wait for it. */
export interface MailBreaker {
  /** Whether a mail can be handed over now: the server is not known to hang, and not too many wait for it. */
  readonly isOpen: boolean;
  /** `until`, by performance.now(): a mail that was not handed over by then is not any more. */
  handOver(mail: Mail, until: number): Handover;
}

export interface Handover {
  /** Rejects when the server refuses the mail, and after `MOST_MS` when it does not answer. */
  readonly answered: Promise<void>;
  /** Whether the server took it in the end. Resolves at once where that is known; a server that hangs with a whole mail may still take it. */
  readonly taken: Promise<boolean>;
}

/**
 * A gate before a mail server. After one mail without an answer nobody waits for the server any more, until a probe in
 * the background has found that it answers.
 */
export function mailBreaker(mailer: Mailer): MailBreaker {
  const wait = patience(ANSWER_LIMIT_MS, `${mailer.name} does not answer`);
  let tripped: Breaker | undefined;
  let underWay = 0;

  function trip(): void {
    if (tripped !== undefined) {
      tripped.open();
      return;
    }
    mailServerIs(false);
    // It begins open, and probes at once: while the server is well nobody needs one.
    tripped = breaker(
      () => mailer.probe(),
      (answers) => {
        mailServerIs(answers);
        log[answers ? 'info' : 'warn']({ mailServer: mailer.name, answers }, 'the mail server');
      },
      0,
    );
  }

  return {
    get isOpen() {
      return underWay < MOST_UNDER_WAY && tripped?.closed !== false;
    },
    handOver(mail, until) {
      const giveUp = new AbortController();
      const late = setTimeout(() => giveUp.abort(), Math.max(0, until - performance.now()));
      underWay += 1;
      const sending = mailer
        .send(mail, { signal: giveUp.signal, answerLimitMs: MOST_PATIENT_MS })
        .finally(() => {
          underWay -= 1;
          clearTimeout(late);
        });
      const answered = wait(sending).catch((error: unknown) => {
        giveUp.abort();
        if (!isAnswer(error)) trip();
        throw error;
      });
      const taken = sending.then(
        () => true,
        () => false,
      );
      return { answered, taken };
    },
  };
}

/** The server has spoken, if only to refuse this mail. */
function isAnswer(error: unknown): boolean {
  return typeof (error as { responseCode?: unknown }).responseCode === 'number';
}
