import { type Past, readJournal } from '../failover/journal.ts';
import { readRecords } from '../measure/stack-records.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { auditShards, type ShardAudit, shardBoxes } from '../shards/ask-shards.ts';
import { readAcknowledged } from './acknowledged.ts';
import { type Audit, audit } from './audit.ts';
import { type Copy, readCopies } from './copies.ts';
import { readLedger } from './ledger.ts';
import { checkMails, type Mails } from './mails.ts';

export interface Verification extends Omit<Audit, 'lostOnes'> {
  readonly stage: number;
  /** Load runs since `up`, or since the shop was last emptied. */
  readonly runs: number;
  /** Failovers since `up`. One that was asynchronous (`sync: "off"`) may have lost what was acknowledged before it. */
  readonly failovers: readonly Past[];
  /** What each region's database holds against the one that decides; null: the stage has one region. */
  readonly regions: readonly Copy[] | null;
  /** Every acknowledged reservation that is lost, in words. */
  readonly lostOnes: readonly string[];
  /** null: the stage mails while its buyers wait. */
  readonly mails: Mails | null;
  /** Whether every row is on the shard that the map says, and on no other; null: the stage has no shards. */
  readonly shards: ShardAudit | null;
}

/** Holds what the load runs' buyers were told against the stack's database, and against the mails that arrived. */
export async function verify(runtime: Runtime, state: StackState): Promise<Verification> {
  const { runs } = await readRecords(state);
  const { answers, cancelled } = await readAcknowledged(runs);
  const shards = shardBoxes(state).length === 0 ? null : await auditShards(runtime, state);
  const ledger = await readLedger(runtime, state);
  const { lostOnes, ...seats } = audit(answers, cancelled, ledger);
  const regions = await readCopies(runtime, state);
  const mails = await checkMails(runtime, state, { answers, ledger });
  const apart = (regions ?? []).some((copy) => copy.state === 'different' || copy.state === 'behind');
  return {
    stage: state.stage,
    ...seats,
    verdict: apart || !mailed(mails) || !inPlace(shards) ? 'falls short' : seats.verdict,
    examples: [...seats.examples, ...(mails?.examples ?? []), ...(shards?.examples ?? [])],
    mails,
    shards,
    runs: runs.length,
    failovers: (await readJournal(state)).past,
    regions,
    lostOnes,
  };
}

/** Each buyer who wanted one has one ticket, or word that it is void, and nothing is on its way any more. */
function mailed(mails: Mails | null): boolean {
  if (mails === null) return true;
  return mails.missing + mails.doubled + mails.unannounced === 0 && mails.drainedMs !== null;
}

/** Every row is where the map says, and nowhere else. */
function inPlace(shards: ShardAudit | null): boolean {
  return shards === null || shards.misplaced + shards.disputed + shards.planless === 0;
}
