import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../environment.ts';
import { hasReached, type LogEnd, lsnText } from '../stores/lsn.ts';
import type { Pool } from '../stores/pool.ts';
import { within } from '../within.ts';
import { commitSettings, suspendConfirmations } from './commit-settings.ts';
import { follow } from './follow.ts';
import { mayBeOnlyOn, quorumOf } from './quorum.ts';
import { candidateAmong, look, primaryAmong, type Server, servers } from './server.ts';

const DRAIN_LIMIT_MS = 1000;
const PROMOTE_LIMIT_MS = 20_000;
const FOLLOW_LIMIT_MS = 10_000;
const LOOK_MS = 10;

/** How a promotion went. Times in milliseconds since 1970. */
export interface Promotion {
  readonly primary: string;
  readonly timeline: number;
  /** Up to where the new primary had the log of the old one. */
  readonly position: string;
  readonly promotedAt: number;
  /** false: it led already, from a failover that was interrupted. */
  readonly promoted: boolean;
  readonly followers: readonly string[];
  /** The first standby streams from the new primary; null: none is left. */
  readonly redundantAt: number | null;
  /**
   * Whether a commit waits for a standby: `on`; `off`, as the stack was started; `suspended`, because no standby is
   * left that could confirm one.
   */
  readonly sync: 'on' | 'off' | 'suspended';
  /** It was insisted on: the new primary may lack what the old one acknowledged. */
  readonly lossy: boolean;
  /** Servers that could not be asked how much of the log they have. */
  readonly silent: readonly string[];
}

/**
 * What shows that the standby to be promoted has all that was acknowledged: `quorum`, too few members are silent to have
 * confirmed a commit alone; where the deposed primary was when it took no more writes. `lossy`: nothing need.
 */
export type Proof = 'quorum' | 'lossy' | LogEnd;

export interface PromotionRequest {
  readonly deposed: string;
  readonly proof: Proof;
  /** The servers that may lead: when one of them is promoted, and fails at once, it is started again as the primary. */
  readonly candidates: readonly string[];
  /** Those that an earlier try has promoted, or asked to lead: they may have taken sales, and must answer unless lossy. */
  readonly mayLead: readonly string[];
  /** Milliseconds since 1970. No server is promoted later, so a later try cannot meet this one. */
  readonly until: number;
}

/**
 * Makes the best standby the primary and lets the others follow it. Waits until `deposed` is gone: the caller has fenced it
 * and cuts its power meanwhile. Asked again after it was cut short, it finishes what is left to do.
 *
 * @throws Error when `deposed` stays, no standby is there, the best one is no candidate, or may lack what was acknowledged,
 *   or it takes too long.
 */
export async function promote(env: Environment, request: PromotionRequest): Promise<Promotion> {
  const { deposed, proof, candidates, until } = request;
  const known = await servers(env);
  const old = known.find((one) => one.name === deposed);
  if (old === undefined) throw new Error(`there is no database ${deposed}`);
  await untilGone(old, until);
  const others = known.filter((one) => one !== old);
  const all = await Promise.all(others.map((one) => drained(one.pool)));
  const silent = all.filter((one) => one.status === null).map((one) => one.name);
  const led = primaryAmong(all) ?? all.find(({ promoting }) => promoting);
  const chosen = led ?? candidateAmong(all);
  if (chosen === undefined) throw new Error('no standby answers: there is nothing to promote');
  if (!candidates.includes(chosen.name))
    throw new Error(`${chosen.name} did not answer when the failover began: run it again`);
  const missing = led === undefined ? await whatMayBeMissing(chosen, all, request) : null;
  if (missing !== null && proof !== 'lossy') throw new Error(missing);
  const rest = all.filter((one) => one !== chosen && one.status !== null);
  const sync = await syncOf(chosen.pool, rest);
  if (led === undefined) await promoteBefore(until, chosen.pool);
  const { timeline, position } = await promoted(chosen.pool);
  const promotedAt = Date.now();
  const followed = await follow(chosen.pool, rest, { timeline, limitMs: FOLLOW_LIMIT_MS });
  return {
    primary: chosen.name,
    timeline,
    position: led === undefined ? lsnText(chosen.received) : position,
    promotedAt,
    promoted: led === undefined,
    followers: followed.followers,
    redundantAt: followed.at,
    sync,
    lossy: missing !== null,
    silent,
  };
}

/** Asked once the old primary is gone, because what was found before may no longer be true. null: nothing. */
async function whatMayBeMissing(
  chosen: Server,
  all: readonly Server[],
  { deposed, proof, mayLead }: PromotionRequest,
): Promise<string | null> {
  const unknown = all.find(({ name, status }) => status === null && mayLead.includes(name));
  if (unknown !== undefined)
    return `nothing was promoted, because ${unknown.name} may have been promoted before, and have taken sales: heal it`;
  const quorum = quorumOf((await commitSettings(chosen.pool)).standbys);
  if (quorum === null) return null;
  const absent = all.filter((one) => one.status?.recovering !== true).map(({ name }) => name);
  const has = typeof proof === 'object' ? hasAll(chosen, proof) : !mayBeOnlyOn(quorum, absent);
  if (has) return null;
  const only = absent.length === 0 ? '' : `, which only ${absent.join(' and ')} confirmed: heal ${absent[0]}`;
  return `nothing was promoted, because ${chosen.name} may lack sales that ${deposed} acknowledged${only}`;
}

function hasAll({ status, received }: Server, end: LogEnd): boolean {
  return status !== null && hasReached({ timeline: status.timeline, position: lsnText(received) }, end);
}

/**
 * Decided by the server, and not before the question is sent: this process may hang in between, and another one may have
 * taken over by the time it goes on.
 */
async function promoteBefore(until: number, chosen: Pool): Promise<void> {
  const asked = await chosen.rows('select pg_promote(false) where clock_timestamp() < to_timestamp($1)', [
    until / 1000,
  ]);
  if (asked.length === 0) throw new Error('it took too long: nothing was promoted');
}

async function untilGone(old: Server, until: number): Promise<void> {
  for (let status = old.status; status !== null; ) {
    if (Date.now() > until) throw new Error(`${old.name} still answers: nothing was promoted`);
    await sleep(LOOK_MS);
    status = await old.pool.status().catch(() => null);
  }
}

/** A standby once it has kept all that the old primary had sent it: its receiver ends when the connection does. */
async function drained(standby: Pool): Promise<Server> {
  const receives = async () =>
    (
      await standby.rows<{ on: boolean }>(
        `select exists (select from pg_stat_get_wal_receiver() where pid is not null) as on`,
      )
    )[0]?.on === true;
  const deadline = performance.now() + DRAIN_LIMIT_MS;
  while (performance.now() < deadline && (await receives().catch(() => false))) await sleep(LOOK_MS);
  return await look(standby);
}

/** Without a standby every commit would wait for one: then the setting is suspended, before there are writes. */
async function syncOf(chosen: Pool, rest: readonly Server[]): Promise<Promotion['sync']> {
  if ((await commitSettings(chosen)).standbys === '') return 'off';
  if (rest.length > 0) return 'on';
  await suspendConfirmations(chosen, true);
  return 'suspended';
}

async function promoted(chosen: Pool): Promise<{ timeline: number; position: string }> {
  const deadline = performance.now() + PROMOTE_LIMIT_MS;
  for (;;) {
    const status = await within(PROMOTE_LIMIT_MS, chosen.status(), `${chosen.name} does not answer`);
    if (!status.recovering) return status;
    if (performance.now() > deadline) throw new Error(`${chosen.name} was not promoted in time`);
    await sleep(LOOK_MS);
  }
}
