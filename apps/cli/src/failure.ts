/** Exit status of every verb: 0 done and holds, 1 measured and falls short, 2 could not run or void. */
export const EXIT = { holds: 0, fallsShort: 1, couldNotRun: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
/** By what a verb found. */
export const EXIT_OF = { holds: EXIT.holds, 'falls short': EXIT.fallsShort, void: EXIT.couldNotRun } as const;

/**
 * An error meant for the person at the terminal: what happened, where, and what to do next.
 * `main` prints it as one short paragraph and ends with its exit code; anything else is a defect and keeps its stack.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** The box, file:line or address concerned, if one is. */
  readonly where: string | undefined;
  /** What to do next: a command to type, a line to change. */
  readonly next: string | undefined;
  readonly exitCode: ExitCode;

  constructor(
    what: string,
    details: { where?: string; next?: string; exitCode?: ExitCode; cause?: unknown } = {},
  ) {
    super(what, details.cause === undefined ? undefined : { cause: details.cause });
    this.where = details.where;
    this.next = details.next;
    this.exitCode = details.exitCode ?? EXIT.couldNotRun;
  }
}
