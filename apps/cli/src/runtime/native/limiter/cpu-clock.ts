import { closeSync, openSync, readdirSync, readSync } from 'node:fs';

/** A thread that has not run for so long is looked at less often than the others. */
const COLD_AFTER_MS = 500;
const NANOS_PER_MICRO = 1000;

interface Thread {
  /** Of its `schedstat`, kept open: reading it again costs a system call, opening it several. */
  readonly file: number;
  nanos: number;
  movedAt: number;
}

/** How much of the processor one process has used, as the scheduler counts it: to the nanosecond, thread by thread. */
export interface CpuClock {
  /**
   * What it used since it was asked last, in microseconds.
   *
   * @param now milliseconds @param all threads, and not only those that ran lately
   */
  advance(now: number, all: boolean): number;
  /** Finds threads that began since. @returns false: the process is gone. */
  findThreads(now: number): boolean;
  close(): void;
}

const ZERO = '0'.charCodeAt(0);

/** By hand: it is done thousands of times a second. */
function firstNumber(text: Buffer, length: number): number {
  let number = 0;
  for (let at = 0; at < length; at += 1) {
    const digit = (text[at] ?? 0) - ZERO;
    if (digit < 0) break;
    number = number * 10 + digit;
  }
  return number;
}

/**
 * Adds up the first number of /proc/PID/task/TID/schedstat (nanoseconds on a processor; Documentation/scheduler/sched-stats)
 * over the threads of a process. What a thread used after it was looked at last, and ended, is not counted.
 */
export function cpuClock(pid: number): CpuClock {
  const folder = `/proc/${pid}/task`;
  const threads = new Map<string, Thread>();
  const text = Buffer.alloc(64);

  function nanosOf({ file }: Thread): number | null {
    try {
      const length = readSync(file, text, 0, text.length, 0);
      return firstNumber(text, length);
    } catch {
      // ESRCH: the thread has ended.
      return null;
    }
  }

  function forget(id: string, { file }: Thread): void {
    closeSync(file);
    threads.delete(id);
  }

  return {
    advance(now, all) {
      let used = 0;
      for (const [id, thread] of threads) {
        if (!all && now - thread.movedAt > COLD_AFTER_MS) continue;
        const nanos = nanosOf(thread);
        if (nanos === null) forget(id, thread);
        else if (nanos > thread.nanos) {
          used += nanos - thread.nanos;
          thread.nanos = nanos;
          thread.movedAt = now;
        }
      }
      return used / NANOS_PER_MICRO;
    },
    findThreads(now) {
      try {
        for (const id of readdirSync(folder))
          if (!threads.has(id))
            threads.set(id, { file: openSync(`${folder}/${id}/schedstat`, 'r'), nanos: 0, movedAt: now });
        return true;
      } catch {
        // It ended while it was looked at; its threads are forgotten when they are read.
        return threads.size > 0;
      }
    },
    close() {
      for (const [id, thread] of threads) forget(id, thread);
    },
  };
}
