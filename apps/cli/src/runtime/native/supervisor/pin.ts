import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Processes that are forked while others are being pinned are caught by the next pass. */
const PASSES = 3;

/** Pin processes and all their threads to some cores. Children inherit it. */
export async function pinProcesses(
  pids: () => readonly number[],
  cores: readonly number[] | null,
): Promise<void> {
  const list = cores === null ? `0-${cpus().length - 1}` : cores.join(',');
  const done = new Set<number>();
  for (let pass = 0; pass < PASSES; pass++) {
    for (const pid of pids().filter((each) => !done.has(each))) {
      done.add(pid);
      await run('taskset', ['--all-tasks', '--cpu-list', '--pid', list, String(pid)]).catch(
        (error: Error) => {
          // A process that has ended meanwhile needs no pinning.
          if (!/No such process/.test(error.message)) throw error;
        },
      );
    }
  }
}
