import { cpuQuota } from '../../cpu-quota.ts';

/** A quota as the kernel's CPU controller counts it. Times in microseconds of CPU, moments in milliseconds. */
export interface Bucket {
  /** Of CPU; below zero: what was overdrawn is paid back by the next periods. */
  readonly balance: number;
  /** What each period gives. */
  readonly quota: number;
  spend(micros: number): void;
  /** Adds what the periods that have passed give. @returns how many have */
  refill(now: number): number;
  /** When the balance is above zero again. */
  paidBackAt(): number;
  /** When the next period begins. */
  readonly nextAt: number;
}

/**
 * A share of one core: in each period so much CPU time, of which at most one period's is kept for later (as `cpu.max.burst`
 * of the other limiters). What was overdrawn between two looks is owed, so that the average holds.
 */
export function bucket(cpus: number, periodMicros: number, now: number): Bucket {
  const { quota, period } = cpuQuota(cpus, periodMicros);
  const periodMs = period / 1000;
  let balance = quota;
  let nextAt = now + periodMs;
  return {
    quota,
    get balance() {
      return balance;
    },
    get nextAt() {
      return nextAt;
    },
    spend(micros) {
      balance -= micros;
    },
    refill(at) {
      if (at < nextAt) return 0;
      const periods = 1 + Math.floor((at - nextAt) / periodMs);
      balance = Math.min(balance + periods * quota, 2 * quota);
      nextAt += periods * periodMs;
      return periods;
    },
    paidBackAt() {
      if (balance > 0) return nextAt;
      return nextAt + Math.floor(-balance / quota) * periodMs;
    },
  };
}
