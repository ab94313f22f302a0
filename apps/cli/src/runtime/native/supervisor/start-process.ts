import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fchownSync, openSync } from 'node:fs';
import { asBoxUser } from '../box-user.ts';
import type { BoxPlan } from '../plan.ts';

/** Joins its control groups, then becomes the program: so every process of the box is counted and capped from its first instruction. */
const JOIN_THEN_BECOME = 'while [ "$1" != -- ]; do echo $$ > "$1" || exit 125; shift; done; shift; exec "$@"';

export interface StartOptions {
  readonly argv: readonly string[];
  /** Put before the command: enters the box's network. */
  readonly enter: readonly string[];
  readonly joinFiles: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** File that standard output and standard error are appended to. */
  readonly log: string;
}

/** Start a box's program in a session of its own. Its output goes straight to its log file, without passing through here. */
export function startProcess(box: BoxPlan, options: StartOptions): ChildProcess {
  const log = openSync(options.log, 'a');
  try {
    // A program may open the file again, as /dev/stdout.
    if (box.user !== null) fchownSync(log, box.user, box.user);
    const start = [
      'sh',
      '-c',
      JOIN_THEN_BECOME,
      box.name,
      ...options.joinFiles,
      '--',
      ...asBoxUser(box.user),
      ...options.argv,
    ];
    const [command = '', ...args] = [...options.enter, ...start];
    return spawn(command, args, {
      cwd: box.cwd,
      env: { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: box.cwd, ...options.environment },
      stdio: ['ignore', log, log],
      detached: true,
    });
  } finally {
    closeSync(log);
  }
}
