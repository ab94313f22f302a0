import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../log.ts';
import { batched } from './batched.ts';
import { lagMeter } from './lag.ts';
import { lsnNumber } from './lsn.ts';
import type { Replica } from './replica.ts';

const EVERY_MS = 500;
/** While no write can be taken, whoever takes over is noticed this soon. */
const HURRY_MS = 100;
/** Two requests for the position of one database begin at least this far apart, however many clients wait for one. */
const REFRESH_GAP_MS = 20;
/** No primary writes this much between two answers to the watch: a position further ahead is forged without asking. */
const MAX_AHEAD_BYTES = 1n << 30n;

export interface Watch {
  /** Every database was asked once. */
  readonly first: Promise<unknown>;
  /** The primary, if one is known. */
  leader(): Replica | undefined;
  /** The highest timeline that any database was ever seen on. */
  timeline(): number;
  /** Since when the primary has not been heard of, by `performance.now()`; it was heard of then. */
  heardAt(): number;
  /** Something went wrong with the primary: ask all of them now. */
  hurry(): void;
  /**
   * Asks one of them how far it is: once for all that wait. Never rejects: one that does not answer is set aside.
   * Returns whether it answered.
   */
  refresh(one: Replica): Promise<boolean>;
  /**
   * Whether the primary has ever reached this position; true also when that cannot be known, without a primary. A
   * position that is not known yet costs one question to the primary, shared by all clients that wait for it.
   */
  reached(position: bigint): Promise<boolean>;
  /** A write was acknowledged: the primary has come this far at least. */
  wrote(position: string): void;
  stop(): void;
}

/**
 * Keeps asking every database whether it is the primary, and how far it has written or replayed; each by itself, since
 * one that hangs must not keep the others from being seen.
 *
 * The primary is the one that is no standby **and** on the highest timeline ever seen: a former primary that comes back
 * believes in itself, and only its timeline tells that another one was promoted meanwhile. Two that claim one timeline
 * are both refused, unless one of them leads already.
 */
export function watch(databases: readonly Replica[]): Watch {
  let meter = lagMeter();
  let leader: Replica | undefined;
  let highest = 0;
  let heardAt = performance.now();
  let stopped = false;
  let wake = new AbortController();

  async function ask(one: Replica): Promise<void> {
    try {
      const status = await one.store.pool.status();
      one.writable = !status.recovering;
      one.alone = status.alone;
      // A standby without a primary may tell of an older one than it has reached (its control file's).
      one.timeline = status.recovering ? Math.max(one.timeline, status.timeline) : status.timeline;
      one.replayed = lsnNumber(status.position);
      if (!one.healthy) log.info({ database: one.name, timeline: one.timeline }, 'database in use');
      one.healthy = true;
    } catch (error) {
      one.writable = false;
      setAside(one, error);
    }
    const led = leader;
    decide();
    if (one === leader) {
      heardAt = performance.now();
      meter.primaryAt(one.replayed);
    }
    // What is known of the others can be compared with a primary that is new.
    for (const each of leader === led ? [one] : databases)
      if (each.healthy) each.lagMs = each === leader ? 0 : lagOf(each);
  }

  /** Reads go on while there is no primary: then what counts is how near a replica is to what was last heard of one. */
  function lagOf(one: Replica): number {
    if (leader !== undefined) return meter.lagMs(one.replayed);
    if (one.timeline !== meter.timeline) return Number.POSITIVE_INFINITY;
    return Math.max(0, meter.lagMs(one.replayed) - (performance.now() - heardAt));
  }

  function decide(): void {
    for (const one of databases) if (one.healthy) highest = Math.max(highest, one.timeline);
    const claims = databases.filter((one) => one.writable && one.timeline === highest);
    const next = claims.find((one) => one === leader) ?? (claims.length === 1 ? claims[0] : undefined);
    if (next === leader) return;
    if (next === undefined) log.warn({ was: leader?.name }, 'no database takes writes');
    else log.info({ primary: next.name, timeline: next.timeline }, 'this database takes writes');
    for (const one of databases) one.leads = one === next;
    // Positions of another timeline would count a replica as ahead, or behind forever.
    if (next !== undefined && next.timeline !== meter.timeline) meter = lagMeter(next.timeline);
    leader = next;
    hurry();
  }

  async function repeat(one: Replica): Promise<void> {
    while (!stopped) {
      const ms = leader === undefined || leader.alone ? HURRY_MS : EVERY_MS;
      // The wait ends early, by a rejection, when there is a hurry.
      await sleep(ms, undefined, { ref: false, signal: wake.signal }).catch(() => undefined);
      if (!stopped) await ask(one);
    }
  }

  function hurry(): void {
    const sleeping = wake;
    wake = new AbortController();
    sleeping.abort();
  }

  async function askPosition(one: Replica): Promise<boolean> {
    try {
      const position = lsnNumber(await one.store.pool.position());
      if (position > one.replayed) one.replayed = position;
      return true;
    } catch (error) {
      setAside(one, error);
      return false;
    }
  }

  const questions = new Map(databases.map((one) => [one, batched(() => askPosition(one), REFRESH_GAP_MS)]));
  const refresh = async (one: Replica): Promise<boolean> => (await questions.get(one)?.()) ?? false;

  /** The furthest position that any database on the newest timeline is known to have. */
  function known(): bigint {
    let most = 0n;
    for (const one of databases) if (one.timeline === highest && one.replayed > most) most = one.replayed;
    return most;
  }

  async function reached(position: bigint): Promise<boolean> {
    const most = known();
    if (position <= most) return true;
    if (position > most + MAX_AHEAD_BYTES) return false;
    const asked = leader;
    if (asked === undefined) return true;
    return !(await refresh(asked)) || leader !== asked || position <= known();
  }

  const first = Promise.all(databases.map(ask));
  void first.then(() => Promise.all(databases.map(repeat)));
  return {
    first,
    leader: () => leader,
    timeline: () => highest,
    heardAt: () => heardAt,
    hurry,
    refresh,
    reached,
    wrote(position) {
      const written = lsnNumber(position);
      if (leader !== undefined && written > leader.replayed) leader.replayed = written;
    },
    stop() {
      stopped = true;
      hurry();
    },
  };
}

/** Takes a database out of use for reading until it answers the watch again. */
export function setAside(replica: Replica, error: unknown): void {
  if (replica.healthy) log.warn({ database: replica.name, err: error }, 'set aside for reading');
  replica.healthy = false;
}
