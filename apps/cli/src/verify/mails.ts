import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { hasQueue, type Queue, untilDrained } from '../measure/queue.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import type { Answer } from './acknowledged.ts';
import type { Ledger } from './ledger.ts';

/** What became of the mails that buyers were promised. */
export interface Mails {
  /** Acknowledged reservations that stand and whose buyers wanted their tickets by mail. */
  readonly expected: number;
  /** Of these, those that got none. */
  readonly missing: number;
  /** Reservations, acknowledged or not, that got more than one of a kind. */
  readonly doubled: number;
  /** Cancelled reservations that got a ticket, and no notice that it is void; or a notice without a reason. */
  readonly unannounced: number;
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

const counts = z.record(z.string(), z.number());
const answer = z.object({ received: z.number(), deliveries: counts, cancellations: counts });

/** How many mails each reservation got. */
export type Arrived = Pick<z.infer<typeof answer>, 'deliveries' | 'cancellations'>;

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
    const mails = auditMails(told.answers, told.ledger, await arrivedAt(state));
    if (mails.missing + mails.unannounced === 0 || Date.now() > deadline)
      return { ...mails, dead, drainedMs };
    await sleep(LOOK_MS);
  }
}

/** Who should have a mail, who has none, who has two, and who holds a void ticket without having been told. */
export function auditMails(
  answers: readonly Answer[],
  ledger: Ledger,
  { deliveries, cancellations }: Arrived,
): Omit<Mails, 'dead' | 'drainedMs'> {
  const byMail = ledger.reservations.filter(({ ticket }) => ticket === 'mail');
  const standing = new Set(byMail.filter(({ status }) => status === 'confirmed').map(({ id }) => id));
  const expected = new Set(answers.flatMap(({ id, status }) => (id !== null && status !== 409 ? [id] : [])));
  const wanted = [...expected].filter((id) => standing.has(id));
  const missing = wanted.filter((id) => (deliveries[id] ?? 0) === 0);
  const doubled = [...Object.entries(deliveries), ...Object.entries(cancellations)].filter(
    ([, count]) => count > 1,
  );
  const unannounced = byMail.filter(({ id, status }) => {
    const isVoid = status === 'cancelled' && (deliveries[id] ?? 0) > 0;
    return isVoid !== (cancellations[id] ?? 0) > 0;
  });
  return {
    expected: wanted.length,
    missing: missing.length,
    doubled: doubled.length,
    unannounced: unannounced.length,
    examples: [
      ...missing.slice(0, EXAMPLES).map((id) => `reservation ${id} got no mail`),
      ...doubled.slice(0, EXAMPLES).map(([id, count]) => `reservation ${id} got ${count} mails`),
      ...unannounced.slice(0, EXAMPLES).map(({ id, status }) => unannouncedText(id, status)),
    ],
  };
}

function unannouncedText(id: string, status: string): string {
  return status === 'cancelled'
    ? `reservation ${id} is cancelled and got a ticket, but no notice, or a notice without a ticket`
    : `reservation ${id} stands, and its buyer was told that it is cancelled`;
}

async function arrivedAt(state: StackState): Promise<Arrived> {
  try {
    const response = await fetch(`${state.mail}/deliveries`, { signal: AbortSignal.timeout(15_000) });
    return answer.parse(await response.json());
  } catch (cause) {
    throw new Failure('The mail box does not say which mails it has.', {
      where: state.mail,
      next: `pnpm stage ${state.stage} ps`,
      cause,
    });
  }
}
