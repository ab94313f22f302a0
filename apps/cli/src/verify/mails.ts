import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { hasQueue, type Queue, untilDrained } from '../measure/queue.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import type { Answer } from './acknowledged.ts';
import type { Ledger } from './ledger.ts';

/** What became of the mails that buyers were promised. */
export interface Mails {
  /** Acknowledged reservations whose buyers wanted their tickets by mail. */
  readonly expected: number;
  /** Of these, those that got none. */
  readonly missing: number;
  /** Reservations, acknowledged or not, that got more than one. */
  readonly doubled: number;
  /** Messages that the workers have put aside since they started; `redrive` sends them again. */
  readonly dead: number;
  /** How long the queue was waited for, in milliseconds; null: it did not drain in time. */
  readonly drainedMs: number | null;
  /** A few, in words. */
  readonly examples: readonly string[];
}

/** Workers that fell behind by minutes are waited for, but not for ever. */
const DRAIN_LIMIT_MS = 240_000;
/** What was being handed over when the queue was empty has arrived by then. */
const ARRIVAL_LIMIT_MS = 10_000;
const LOOK_MS = 250;
const EXAMPLES = 5;

const answer = z.object({ received: z.number(), deliveries: z.record(z.string(), z.number()) });

/**
 * Holds the mails that arrived against what buyers were told, once the queue has drained. null: the stage has no queue,
 * its buyers waited for their mails.
 */
export async function checkMails(
  runtime: Runtime,
  state: StackState,
  told: { readonly answers: readonly Answer[]; readonly ledger: Ledger },
): Promise<Mails | null> {
  if (!hasQueue(state)) return null;
  let dead = 0;
  const onLook = (queue: Queue): void => {
    ({ dead } = queue);
  };
  const drainedMs = await untilDrained(runtime, state, { limitMs: DRAIN_LIMIT_MS, onLook });
  const deadline = Date.now() + ARRIVAL_LIMIT_MS;
  for (;;) {
    const mails = auditMails(told.answers, told.ledger, await deliveries(state));
    if (mails.missing === 0 || Date.now() > deadline) return { ...mails, dead, drainedMs };
    await sleep(LOOK_MS);
  }
}

/** Who should have a mail, who has none, and who has two. */
export function auditMails(
  answers: readonly Answer[],
  ledger: Ledger,
  arrived: Readonly<Record<string, number>>,
): Omit<Mails, 'dead' | 'drainedMs'> {
  const byMail = new Set(ledger.reservations.filter(({ ticket }) => ticket === 'mail').map(({ id }) => id));
  const expected = new Set(answers.flatMap(({ id, status }) => (id !== null && status !== 409 ? [id] : [])));
  const wanted = [...expected].filter((id) => byMail.has(id));
  const missing = wanted.filter((id) => (arrived[id] ?? 0) === 0);
  const doubled = Object.entries(arrived).filter(([, count]) => count > 1);
  return {
    expected: wanted.length,
    missing: missing.length,
    doubled: doubled.length,
    examples: [
      ...missing.slice(0, EXAMPLES).map((id) => `reservation ${id} got no mail`),
      ...doubled.slice(0, EXAMPLES).map(([id, count]) => `reservation ${id} got ${count} mails`),
    ],
  };
}

async function deliveries(state: StackState): Promise<Readonly<Record<string, number>>> {
  try {
    const response = await fetch(`${state.mail}/deliveries`, { signal: AbortSignal.timeout(15_000) });
    return answer.parse(await response.json()).deliveries;
  } catch (cause) {
    throw new Failure('The mail box does not say which mails it has.', {
      where: state.mail,
      next: `pnpm stage ${state.stage} ps`,
      cause,
    });
  }
}
