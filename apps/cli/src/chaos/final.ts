import { z } from 'zod';
import { hasQueue, untilDrained } from '../measure/queue.ts';
import type { FinalState } from '../promises/final-state.ts';
import type { MailCounts } from '../promises/tickets-arrive-once.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { auditShards, type ShardAudit, shardBoxes } from '../shards/ask-shards.ts';
import { type Copy, compareCopies } from '../verify/copies.ts';
import { readLedger } from '../verify/ledger.ts';

/** What is there when everything has come to rest. */
export interface Final {
  readonly state: FinalState;
  readonly mails: MailCounts;
  /** null: the stage has one database. */
  readonly copies: readonly Copy[] | null;
  /** null: the stage has no shards. */
  readonly shards: ShardAudit | null;
  /** The queue was empty in time, or there is none. */
  readonly isDrained: boolean;
}

const DRAIN_LIMIT_MS = 90_000;
const LIMIT_MS = 15_000;
const counts = z.record(z.string(), z.number());
const delivered = z.object({ deliveries: counts, cancellations: counts });

/** Reads what all databases and the mail box hold. @throws Failure when one of them cannot be asked */
export async function readFinal(runtime: Runtime, state: StackState, signal: AbortSignal): Promise<Final> {
  const isDrained =
    !hasQueue(state) || (await untilDrained(runtime, state, { limitMs: DRAIN_LIMIT_MS, signal })) !== null;
  const shards = shardBoxes(state).length === 0 ? null : await auditShards(runtime, state);
  const hasCopies = state.boxes.some(({ kind }) => kind === 'replica');
  const answer = await fetch(`${state.mail}/deliveries`, { signal: AbortSignal.timeout(LIMIT_MS) });
  return {
    state: await readLedger(runtime, state),
    mails: delivered.parse(await answer.json()),
    copies: hasCopies ? await compareCopies(runtime, state) : null,
    shards,
    isDrained,
  };
}
