import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEnd } from '@scaling/tickets/lsn';
import { Failure } from '../failure.ts';
import { innerSite } from '../regions/inner-site.ts';
import { lockStack } from '../runtime/lock-stack.ts';
import { AS_IT_IS, type Box, type Runtime, type StackState } from '../runtime/runtime.ts';
import { cut, databaseBoxes, leaderOf, type Promotion, promote, type Seen } from './databases.ts';
import { firstWrite } from './first-write.ts';
import { type Journal, journalPath, readJournal, writeJournal } from './journal.ts';
import type { Proof } from './proof.ts';
import { fencedAt, isPromoted, lookOnceOver, notProved, prove } from './prove.ts';
import { canBeTakenBack, takenBack } from './take-back.ts';

/** Under ten seconds is the promise; past this nobody waits. */
const FIRST_WRITE_LIMIT_MS = 30_000;
/**
 * Nobody is promoted later than this after it was asked for: so long a failover that completes an interrupted one may have
 * to wait. A program takes up to several seconds to start in a box that is short of CPU.
 */
const PROMOTION_LIMIT_MS = 12_000;

export interface FailoverRequest {
  /** The replicas stop receiving this long before the primary dies: what is committed meanwhile, it alone has. */
  readonly cutMs: number;
  /** Goes on although acknowledged sales may be lost. */
  readonly lossy?: boolean;
  readonly signal: AbortSignal;
  /** A step and the milliseconds since the primary was killed. */
  readonly onStep: (what: string, afterMs: number | null) => void;
}

/** Times in milliseconds since the primary was killed. */
export interface Failover {
  readonly stage: number;
  readonly from: string;
  readonly to: string;
  /** It completed one that was interrupted: its times are those of the second try. */
  readonly resumed: boolean;
  readonly goneMs: number;
  readonly promotedMs: number;
  /** null: the shop took no write within 30 s. */
  readonly firstWriteMs: number | null;
  /** A standby streams from the new primary; null: none is left. */
  readonly redundantMs: number | null;
  readonly followers: readonly string[];
  readonly timeline: number;
  /** Where the old primary was when last asked, before it died; null: it was dead already. */
  readonly lastSeen: string | null;
  /** Up to where the new primary has the old one's log. */
  readonly position: string;
  readonly sync: Promotion['sync'];
  readonly cutMs: number;
  /** Replicas that could not be asked how much of the log they have. */
  readonly silent: readonly string[];
  /** It was insisted on: what may be missing cannot be accounted for while `silent` do not answer. */
  readonly lossy: boolean;
}

/**
 * Replaces a stack's primary: fences it, cuts its power, promotes the replica that has most of its log, lets the others
 * follow. Nothing is touched before it is certain that a replica can take over. Cut short anywhere, it completes when
 * run again; where it has become uncertain that a replica can take over, and none has, it is taken back.
 *
 * @throws Failure when another failover runs, no replica could take over, or an acknowledged sale may be on none of the
 *   databases that answer (unless `lossy`).
 */
export async function failover(
  runtime: Runtime,
  state: StackState,
  request: FailoverRequest,
): Promise<Failover> {
  const boxes = databaseBoxes(state);
  const release = await lockStack(`${journalPath(state)}.lock`, state.stage, 'failing over');
  try {
    const journal = await readJournal(state);
    const seen = await lookOnceOver(runtime, state, journal, request.signal);
    const from = journal.underWay ?? leaderOf(state, journal, seen) ?? '';
    if (journal.underWay === null) refuseWithoutReplica(state, boxes, seen, from);
    const proof = await prove(runtime, state, { journal, seen, from });
    if (proof.kind === 'unproved' && request.lossy !== true) {
      if (canBeTakenBack(journal, seen))
        throw await takenBack(runtime, state, { journal, from, why: proof.why });
      throw notProved(state, proof);
    }
    request.signal.throwIfAborted();
    const wasLossy = isPromoted(journal, seen) && journal.proof === 'unproved';
    const kind = wasLossy ? 'unproved' : proof.kind;
    await writeJournal(state, { ...journal, underWay: from, proof: kind });
    return await replace(runtime, state, { ...request, proof: kind, journal, boxes, seen, from });
  } finally {
    await release();
  }
}

interface Plan extends FailoverRequest {
  readonly proof: Proof['kind'];
  readonly journal: Journal;
  readonly boxes: readonly Box[];
  readonly seen: readonly Seen[];
  readonly from: string;
}

async function replace(runtime: Runtime, state: StackState, plan: Plan): Promise<Failover> {
  const { from, boxes, seen, signal, onStep, journal } = plan;
  if (plan.cutMs > 0) {
    await cut(runtime, state);
    onStep('the replicas stopped receiving', null);
    await sleep(plan.cutMs, undefined, { signal });
  }
  const isFenced = plan.proof === 'received' && plan.lossy !== true;
  const end = isFenced ? await fencedAt(runtime, state, plan) : null;
  const { candidates, until } = await noteWhoMayLead(runtime, state, plan, end);
  const leads = seen.filter((one) => one.promoting || (one.role === 'primary' && one.name !== from));
  const site = await innerSite(state);
  const start = Date.now();
  // Started first, since a program takes a moment to start; it waits until the old primary is gone.
  const killing = runtime.kill(state, from).then(() => {
    onStep(`${from} is gone`, Date.now() - start);
    return Date.now();
  });
  const ended = new AbortController();
  const writing = killing.then(
    () => firstWrite(site, FIRST_WRITE_LIMIT_MS, AbortSignal.any([signal, ended.signal])),
    () => null,
  );
  const [promotion, gone] = await Promise.allSettled([
    promote(runtime, state, {
      deposed: from,
      candidates,
      mayLead: leads.map(({ name }) => name),
      proof: plan.lossy ? 'lossy' : (end ?? 'quorum'),
      until,
    }),
    killing,
  ]);
  if (promotion.status === 'rejected') ended.abort();
  if (gone.status === 'rejected') throw gone.reason;
  if (promotion.status === 'rejected') throw promotion.reason;
  const { primary, promotedAt, redundantAt, ...how } = promotion.value;
  const after = (at: number | null): number | null => (at === null ? null : Math.max(0, at - start));
  onStep(`${primary} is promoted`, after(promotedAt));
  await Promise.all(boxes.map((box) => runtime.follow(state, box.name, primary)));
  const lossy = plan.proof === 'unproved' || how.lossy;
  const past = { at: new Date(start).toISOString(), from, to: primary, sync: how.sync, lossy };
  const { startedAt } = journal;
  await writeJournal(state, { startedAt, underWay: null, past: [...journal.past, past] });
  const wroteAt = await writing;
  const steps = [
    [wroteAt, 'the first write is accepted'],
    [redundantAt, `${how.followers.join(' and ')} follows ${primary}`],
  ] as const;
  for (const [at, what] of [...steps].sort(([a], [b]) => (a ?? 0) - (b ?? 0)))
    if (at !== null) onStep(what, after(at));
  return {
    stage: state.stage,
    from,
    to: primary,
    resumed: journal.underWay !== null,
    goneMs: after(gone.value) ?? 0,
    promotedMs: after(promotedAt) ?? 0,
    firstWriteMs: after(wroteAt),
    redundantMs: after(redundantAt),
    followers: how.followers,
    timeline: how.timeline,
    lastSeen: seen.find((one) => one.name === from)?.position ?? null,
    position: how.position,
    sync: how.sync,
    cutMs: plan.cutMs,
    silent: how.silent.filter((name) => name !== from),
    lossy,
  };
}

/**
 * Notes how each database may start, and who may be promoted until when, before anything is done: however this ends, and
 * whatever starts it again, the old primary does not come back as one.
 */
async function noteWhoMayLead(
  runtime: Runtime,
  state: StackState,
  { from, boxes, seen, signal, journal, proof }: Plan,
  end: LogEnd | null,
): Promise<{ readonly candidates: readonly string[]; readonly until: number }> {
  // They come back as what they are: one that is promoted, and fails before that is noted, has sales that no other has.
  const candidates = seen
    .filter(({ name, role }) => name !== from && role !== 'silent')
    .map(({ name }) => name);
  await Promise.all(
    boxes.map(({ name }) => runtime.follow(state, name, candidates.includes(name) ? AS_IT_IS : null)),
  );
  signal.throwIfAborted();
  // Those that may have been promoted and do not answer: it was insisted on. They may not lead beside the new primary.
  for (const { name, state: now } of boxes) {
    const isSilent = seen.some((one) => one.name === name && one.role === 'silent');
    const mayLead = isSilent && journal.promoting?.candidates.includes(name) === true;
    if (mayLead && now !== 'killed' && now !== 'exited') await runtime.kill(state, name);
  }
  const until = Date.now() + PROMOTION_LIMIT_MS;
  const fencedAt = end === null ? {} : { fencedAt: end };
  await writeJournal(state, {
    ...journal,
    ...fencedAt,
    underWay: from,
    proof,
    promoting: { candidates, until },
  });
  return { candidates, until };
}

function refuseWithoutReplica(
  state: StackState,
  boxes: readonly Box[],
  seen: readonly Seen[],
  from: string,
): void {
  if (seen.some((one) => one.role === 'standby' && one.name !== from)) return;
  const others = boxes.filter((box) => box.name !== from);
  const told = others.map((box) => `${box.name} is ${box.state}`).join(', ');
  throw new Failure(`No replica can take over from ${from}: ${told}. Nothing was killed.`, {
    where: from,
    next: `Bring one back first: \`pnpm stage ${state.stage} heal ${others[0]?.name ?? ''}\`.`,
  });
}
