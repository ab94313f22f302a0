import { setTimeout as sleep } from 'node:timers/promises';
import { hasQueue, untilDrained } from '../measure/queue.ts';
import type { Copy } from '../promises/copies-agree.ts';
import type { FinalState } from '../promises/final-state.ts';
import type { ArrivedMails } from '../promises/mails-arrive.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { auditShards, type ShardAudit, shardBoxes } from '../shards/ask-shards.ts';
import { readCopies } from '../verify/copies.ts';
import { readMails } from '../verify/mails.ts';
import { readFinalState } from '../verify/read-final-state.ts';

/** What is there when everything has come to rest. */
export interface Final {
  readonly state: FinalState;
  readonly mails: ArrivedMails;
  /** null: the stage has one database. */
  readonly copies: readonly Copy[] | null;
  /** null: the stage has no shards. */
  readonly shards: ShardAudit | null;
  /** The queue was empty in time, or there is none. */
  readonly isDrained: boolean;
}

/** As `verify` waits: after an outage a message is tried again later and later. */
const DRAIN_LIMIT_MS = 240_000;
/** What was being handed over when the queue was empty has arrived by then. */
const ARRIVAL_MS = 3000;

/** Reads what all databases and the mail box hold. @throws Failure when one of them cannot be asked */
export async function readFinal(runtime: Runtime, state: StackState, signal: AbortSignal): Promise<Final> {
  const isDrained = !hasQueue(state) || (await drained(runtime, state, signal));
  const shards = shardBoxes(state).length === 0 ? null : await auditShards(runtime, state);
  return {
    state: await readFinalState(runtime, state),
    mails: await readMails(state),
    copies: await readCopies(runtime, state),
    shards,
    isDrained,
  };
}

async function drained(runtime: Runtime, state: StackState, signal: AbortSignal): Promise<boolean> {
  const afterMs = await untilDrained(runtime, state, { limitMs: DRAIN_LIMIT_MS, signal });
  await sleep(ARRIVAL_MS, undefined, { signal });
  return afterMs !== null;
}
