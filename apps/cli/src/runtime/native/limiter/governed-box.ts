import { readFileSync } from 'node:fs';
import { signalQuietly } from '../signal-quietly.ts';
import type { BoxProcesses } from './box-processes.ts';
import { type Bucket, bucket } from './bucket.ts';
import type { CpuClock } from './cpu-clock.ts';
import type { GroupUsage } from './limiter.ts';

const LEAST_LOOK_MS = 2;
/** All idle boxes are looked at together, so often: to wake up costs more than to look. */
const IDLE_GRID_MS = 20;
/** Threads that did not run lately are asked this often. */
const ALL_EVERY_MS = 100;
/** In quotas of a period: so much a box may overdraw before it is looked at again. It pays it back. */
const OVERDRAFT = { busy: 0.5, idle: 1.5 };
/** Of its quota: a box that uses less than that is idle. */
const IDLE = 0.3;
/** Of /proc/PID/statm; 4 KiB on every machine that the parts are built for. */
const PAGE_BYTES = 4096;
/** A box may take up more processors at once than it did lately, by so much. */
const MORE_AT_ONCE = 1.25;
/** How fast it is forgotten how many it took, at each look. */
const FORGOTTEN = 0.9;

/** What one box has used, may use, and whether it is stopped. Moments in milliseconds, by `performance.now()`. */
export class GovernedBox implements BoxProcesses {
  readonly clocks = new Map<number, CpuClock>();
  /** When it is looked at next. */
  dueAt = Number.POSITIVE_INFINITY;
  private readonly cores: number;
  private bucket: Bucket | null = null;
  private usedMicros = 0;
  private lookedAt = 0;
  private allAt = 0;
  /** Processors that it took at once lately. */
  private atOnce = 1;
  private stoppedAt: number | null = null;
  private held = false;
  private stoppedMs = 0;
  private periods = 0;
  private stoppedPeriods = 0;
  private usedInPeriod = 0;
  private usedInLastPeriod = 0;

  constructor(cores: number) {
    this.cores = cores;
  }

  onFound(pids: readonly number[]): void {
    if (this.stoppedAt !== null) for (const pid of pids) signalQuietly(pid, 'SIGSTOP');
  }

  /** @param cpus share of one core; null: no quota */
  limit(cpus: number | null, periodMicros: number, now: number): void {
    this.count(now, true);
    this.bucket = cpus === null ? null : bucket(cpus, periodMicros, now);
    this.goOn(now);
    this.dueAt = cpus === null ? Number.POSITIVE_INFINITY : now;
  }

  /** Held, it was stopped by somebody else, who also lets it go on. */
  hold(isHeld: boolean, now: number): void {
    this.held = isHeld;
    if (this.stoppedAt !== null) this.stoppedMs += now - this.stoppedAt;
    this.stoppedAt = null;
    if (this.bucket !== null) this.dueAt = isHeld ? Number.POSITIVE_INFINITY : now;
  }

  /** Charges what it used, gives what has come, and stops it or lets it go on. */
  look(now: number): void {
    const { bucket } = this;
    if (bucket === null) return;
    const isNewPeriod = now >= bucket.nextAt;
    this.spend(now, now - this.allAt >= ALL_EVERY_MS);
    if (isNewPeriod) this.beginPeriod(bucket.refill(now));
    if (bucket.balance <= 0) this.stop(now);
    else this.goOn(now);
    this.dueAt = this.stoppedAt === null ? this.usedUpAt(bucket, now) : bucket.paidBackAt();
  }

  usage(now: number): GroupUsage {
    this.spend(now, true);
    return {
      cpuMicros: this.usedMicros,
      throttledMicros: 1000 * (this.stoppedMs + (this.stoppedAt === null ? 0 : now - this.stoppedAt)),
      periods: this.periods,
      throttledPeriods: this.stoppedPeriods,
      memoryBytes: [...this.clocks.keys()].reduce((sum, pid) => sum + memoryOf(pid), 0),
    };
  }

  private spend(now: number, all: boolean): void {
    const used = this.count(now, all);
    this.bucket?.spend(used);
    const tookAtOnce = used / 1000 / Math.max(1, now - this.lookedAt);
    this.atOnce = Math.max(1, FORGOTTEN * this.atOnce, tookAtOnce);
    this.lookedAt = now;
  }

  private count(now: number, all: boolean): number {
    let used = 0;
    if (all) this.allAt = now;
    for (const clock of this.clocks.values()) used += clock.advance(now, all);
    this.usedMicros += used;
    this.usedInPeriod += used;
    return used;
  }

  /** As the kernel does, counts periods in which the box did something or was kept from it. */
  private beginPeriod(passed: number): void {
    if (this.stoppedAt !== null) {
      this.periods += passed;
      this.stoppedPeriods += passed;
    } else if (this.usedInPeriod > 0) this.periods += 1;
    this.usedInLastPeriod = this.usedInPeriod;
    this.usedInPeriod = 0;
  }

  private usedUpAt({ balance, quota }: Bucket, now: number): number {
    const atOnce = Math.min(this.cores, MORE_AT_ONCE * this.atOnce);
    const isIdle = Math.max(this.usedInPeriod, this.usedInLastPeriod) < IDLE * quota;
    const overdraft = isIdle ? OVERDRAFT.idle : OVERDRAFT.busy;
    const at = now + Math.max(LEAST_LOOK_MS, (balance + overdraft * quota) / 1000 / atOnce);
    return isIdle ? Math.ceil(at / IDLE_GRID_MS) * IDLE_GRID_MS : at;
  }

  private stop(now: number): void {
    if (this.stoppedAt !== null || this.held) return;
    this.stoppedAt = now;
    for (const pid of this.clocks.keys()) signalQuietly(pid, 'SIGSTOP');
  }

  private goOn(now: number): void {
    if (this.stoppedAt === null) return;
    this.stoppedMs += now - this.stoppedAt;
    this.stoppedAt = null;
    for (const pid of this.clocks.keys()) signalQuietly(pid, 'SIGCONT');
  }
}

/** Resident memory in bytes; 0: it is gone. */
function memoryOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
