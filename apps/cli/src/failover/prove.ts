import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEnd } from '@scaling/tickets/lsn';
import { Failure } from '../failure.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { fence, look, primaryOf, type Seen, unfence } from './databases.ts';
import { isUnconfirmed, type Journal, writeJournal } from './journal.ts';
import { logEndOf, type Proof, proofOf } from './proof.ts';

/** A standby that has not caught up with the primary by then lags. */
const CATCH_UP_LIMIT_MS = 5000;
const CATCH_UP_LOOK_MS = 100;

interface Asked {
  readonly journal: Journal;
  readonly seen: readonly Seen[];
  /** The primary that is replaced. */
  readonly from: string;
}

/**
 * Whether a failover can lose acknowledged sales. Of one that was cut short after its promotion, what was found then: it
 * cannot be taken back. A standby trails the primary by a moment: it gets some to reach its position.
 */
export async function prove(runtime: Runtime, state: StackState, asked: Asked): Promise<Proof> {
  const { journal, seen, from } = asked;
  if (isPromoted(journal, seen)) return { kind: 'quorum' };
  const known = {
    written: journal.fencedAt ?? logEndOf(seen.find((one) => one.name === from)),
    fenced: journal.fencedAt !== undefined,
    unconfirmed: isUnconfirmed(journal),
    mayLead: journal.promoting?.candidates ?? [],
  };
  const isUp = primaryOf(seen) === from;
  const deadline = Date.now() + CATCH_UP_LIMIT_MS;
  let proof = proofOf(seen, from, known);
  while (proof.kind === 'unproved' && isUp && Date.now() < deadline) {
    await sleep(CATCH_UP_LOOK_MS);
    proof = proofOf(await look(runtime, state), from, known);
  }
  return proof;
}

/** Whether the failover that is under way has promoted a database already, or has asked it to lead. */
export function isPromoted({ underWay }: Pick<Journal, 'underWay'>, seen: readonly Seen[]): boolean {
  const leader = primaryOf(seen) ?? underWay;
  return underWay !== null && (leader !== underWay || seen.some(({ promoting }) => promoting));
}

/**
 * Asks the databases once no earlier try can promote one of them, or has done so: a command that was cut short may have left
 * its promotion running.
 */
export async function lookOnceOver(
  runtime: Runtime,
  state: StackState,
  journal: Journal,
  signal: AbortSignal,
): Promise<readonly Seen[]> {
  for (;;) {
    const isOver = Date.now() > (journal.promoting?.until ?? 0);
    const seen = await look(runtime, state);
    if (isOver || isPromoted(journal, seen)) return seen;
    await sleep(CATCH_UP_LOOK_MS, undefined, { signal });
  }
}

/**
 * Lets a primary that answers acknowledge nothing more, and waits until a standby has all that it has written: a silent
 * replica that comes back meanwhile confirms nothing. Where that fails, the primary takes writes again.
 *
 * @returns what the new primary must have
 * @throws Failure when no standby gets there in time
 */
export async function fencedAt(runtime: Runtime, state: StackState, asked: Asked): Promise<LogEnd> {
  const { journal, seen, from } = asked;
  if (primaryOf(seen) !== from && journal.fencedAt !== undefined) return journal.fencedAt;
  try {
    const end = await fence(runtime, state, from);
    const fenced = { ...journal, fencedAt: end };
    await writeJournal(state, { ...fenced, underWay: from, proof: 'received' });
    const proof = await prove(runtime, state, { ...asked, journal: fenced });
    if (proof.kind === 'unproved') throw notProved(state, proof);
    return end;
  } catch (error) {
    // One that is gone by now does not come back as a primary anyway.
    await unfence(runtime, state, from).catch(() => undefined);
    await writeJournal(state, journal);
    throw error;
  }
}

/** Says which databases could not be asked, and what would help. */
export function notProved(
  { stage }: StackState,
  { silent, why }: Extract<Proof, { kind: 'unproved' }>,
): Failure {
  const names = silent.join(' and ');
  const first = silent[0] ?? '';
  const help =
    silent.length === 0 ? 'Wait until it has' : `Bring one back first: \`pnpm stage ${stage} heal ${first}\``;
  return new Failure(
    `A failover could lose acknowledged sales: ${why}${names === '' ? '' : `, and ${names} cannot be asked`}. Nothing was touched.`,
    { where: names, next: `${help}. \`failover --lossy\` goes on all the same.` },
  );
}
