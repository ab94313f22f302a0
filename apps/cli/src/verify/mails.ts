import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import type { Operation } from '../history/operation.ts';
import { hasQueue, type Queue, untilDrained } from '../measure/queue.ts';
import type { FinalState } from '../promises/final-state.ts';
import {
  type ArrivedMails,
  arrivedOnce,
  collectedIsNotMailed,
  mailsAreRight,
  noticesMatch,
  ticketsArrived,
  toBeMailed,
  type Unmailed,
  unmailed,
} from '../promises/mails-arrive.ts';
import type { Violation } from '../promises/violation.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { mailContents } from './mail-contents.ts';
import { showTitles } from './show-titles.ts';

/** What became of the mails that buyers wait for. */
export interface Mails {
  /** Whether a queue delivers each of them (stages 8 and 9), or the app mails while its buyer waits. */
  readonly promised: boolean;
  /** Reservations that stand and whose tickets are to be mailed. */
  readonly expected: number;
  /** Of these, those that got none. */
  readonly missing: number;
  /** Of the missing ones, those that their buyers were told are owed, and those from before the mail box started. */
  readonly owed: number;
  readonly forgotten: number;
  /** Reservations that got more than one ticket. */
  readonly doubled: number;
  /** Mails to the wrong buyer, with the wrong content or for no reservation; cancellations without the right notice. */
  readonly wrong: number;
  /** Mails whose content was looked at: the mail box has the latest 2,000 in full. */
  readonly read: number;
  /** Messages that the workers have put aside since they started; `redrive` sends them again. */
  readonly dead: number;
  /** How long the queue was waited for, in milliseconds; null: it did not drain in time, or there is none. */
  readonly drainedMs: number | null;
}

/** Workers that fell behind by minutes are waited for, but not forever. */
const DRAIN_LIMIT_MS = 240_000;
/** What was being handed over when the queue was empty, or when the buyer was answered, has arrived by then. */
const ARRIVAL_LIMIT_MS = { queued: 10_000, inline: 2000 };
const LOOK_MS = 250;
const NONE: Unmailed = { owed: [], forgotten: [], violations: [] };

const counts = z.record(z.string(), z.number());
const answer = z.object({ since: z.iso.datetime().nullable(), deliveries: counts, cancellations: counts });

/**
 * Compares the mails that arrived with the reservations, once the queue has drained. null: the mail box of a stage that
 * promises no mail does not answer.
 *
 * @throws Failure when it does not answer in another stage.
 */
export async function checkMails(
  runtime: Runtime,
  state: StackState,
  told: { readonly history: readonly Operation[]; readonly final: FinalState; readonly mayBeLost: boolean },
): Promise<{ mails: Mails; violations: readonly Violation[] } | null> {
  const promised = hasQueue(state);
  const { mayBeLost } = told;
  let dead = 0;
  const onLook = (queue: Queue): void => {
    ({ dead } = queue);
  };
  const drainedMs = promised ? await untilDrained(runtime, state, { limitMs: DRAIN_LIMIT_MS, onLook }) : null;
  const deadline = Date.now() + (promised ? ARRIVAL_LIMIT_MS.queued : ARRIVAL_LIMIT_MS.inline);
  for (;;) {
    const arrived = await readMails(state).catch((error: unknown) => {
      if (promised) throw error;
      return null;
    });
    if (arrived === null) return null;
    // Nothing more comes to a buyer who does not ask again: what is on its way is waited for.
    const { violations, ...found } = auditMails(told.history, told.final, arrived, { promised, mayBeLost });
    const late = found.missing > found.owed + found.forgotten || (promised && violations.length > 0);
    if (!late || Date.now() > deadline)
      return { mails: { promised, ...found, read: arrived.contents.length, dead, drainedMs }, violations };
    await sleep(LOOK_MS);
  }
}

/**
 * Which mails are missing, came twice or are wrong, and which of that was promised otherwise. `mayBeLost`: a failover may have
 * lost sales.
 */
export function auditMails(
  history: readonly Operation[],
  final: FinalState,
  arrived: ArrivedMails,
  { promised, mayBeLost = false }: { readonly promised: boolean; readonly mayBeLost?: boolean },
): Pick<Mails, 'expected' | 'missing' | 'owed' | 'forgotten' | 'doubled' | 'wrong'> & {
  readonly violations: readonly Violation[];
} {
  const missing = ticketsArrived(final, arrived);
  const doubled = arrivedOnce(arrived);
  // A queue owes nothing: it delivers without being asked.
  const inline = promised ? NONE : unmailed(history, final, arrived);
  const wrong = [
    ...mailsAreRight(history, final, arrived, mayBeLost),
    ...collectedIsNotMailed(final, arrived),
    ...(promised ? noticesMatch(final, arrived) : []),
  ];
  return {
    expected: toBeMailed(final).length,
    missing: missing.length,
    owed: inline.owed.length,
    forgotten: inline.forgotten.length,
    doubled: doubled.length,
    wrong: wrong.length,
    violations: [...(promised ? [...missing, ...doubled] : inline.violations), ...wrong],
  };
}

/** The mails that the stack's mail box has. @throws Failure when it does not answer. */
export async function readMails({ stage, mail, site }: StackState): Promise<ArrivedMails> {
  try {
    const response = await fetch(`${mail}/deliveries`, { signal: AbortSignal.timeout(15_000) });
    const { since, deliveries, cancellations } = answer.parse(await response.json());
    return {
      counts: new Map(Object.entries(deliveries)),
      notices: new Map(Object.entries(cancellations)),
      since: since === null ? 0 : Date.parse(since),
      contents: await mailContents(mail),
      titles: await showTitles(site),
    };
  } catch (cause) {
    throw new Failure('The mail box does not say which mails it has.', {
      where: mail,
      next: `pnpm stage ${stage} ps`,
      cause,
    });
  }
}
