import { type Past, readJournal } from '../failover/journal.ts';
import { readHistory } from '../history/read-history.ts';
import { readRecords } from '../measure/stack-records.ts';
import { type Copy, copiesAgree } from '../promises/copies-agree.ts';
import { shardsInPlace } from '../promises/shards-in-place.ts';
import { innerSite } from '../regions/inner-site.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { auditShards, type ShardAudit, shardBoxes } from '../shards/ask-shards.ts';
import { readCopies } from './copies.ts';
import { type Findings, findings } from './findings.ts';
import { checkMails, type Mails } from './mails.ts';
import { readFinalState } from './read-final-state.ts';
import { readSeatMaps } from './seat-maps.ts';

export interface Verification extends Findings {
  readonly stage: number;
  /** Load runs since `up`, or since the shop was last emptied. */
  readonly runs: number;
  /** Failovers since `up`. One that was asynchronous (`sync: "off"`) may have lost what was acknowledged before it. */
  readonly failovers: readonly Past[];
  /** What each database holds compared with the primary; null: the stage has no replicas. */
  readonly copies: readonly Copy[] | null;
  /** Seat maps that were read through the entry, of all shows that were sold. */
  readonly maps: number;
  /** null: the mail box does not answer, in a stage that promises no mail. */
  readonly mails: Mails | null;
  /** Whether every row is on the shard that the map says, and on no other; null: the stage has no shards. */
  readonly shards: ShardAudit | null;
}

/** Compares what the load runs' buyers were told with the stack's databases, their replicas, and the mails that arrived. */
export async function verify(runtime: Runtime, state: StackState): Promise<Verification> {
  const { runs } = await readRecords(state);
  const history = await readHistory(runs);
  const shows = new Set(history.flatMap(({ op, showId }) => (op === 'reserve' ? [showId] : [])));
  // Before the databases are read: what is sold in between is in neither or in the second.
  const maps = await readSeatMaps(await innerSite(state), [...shows]);
  const shards = shardBoxes(state).length === 0 ? null : await auditShards(runtime, state);
  const final = await readFinalState(runtime, state);
  const copies = await readCopies(runtime, state);
  const failovers = (await readJournal(state)).past;
  const mayBeLost = failovers.some(({ sync, lossy }) => sync === 'off' || lossy === true);
  const mailed = await checkMails(runtime, state, { history, final, mayBeLost });
  const found = findings([...history, ...maps], final, [
    ...copiesAgree(copies ?? []),
    ...(mailed?.violations ?? []),
    ...(shards === null ? [] : shardsInPlace(shards)),
  ]);
  const drained = mailed === null || !mailed.mails.promised || mailed.mails.drainedMs !== null;
  return {
    stage: state.stage,
    ...found,
    verdict: drained ? found.verdict : 'falls short',
    mails: mailed?.mails ?? null,
    maps: maps.filter(({ outcome }) => outcome === 'ok').length,
    shards,
    copies,
    runs: runs.length,
    failovers,
  };
}
