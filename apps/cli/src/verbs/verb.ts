import type { Command } from 'commander';
import type { ExitCode } from '../failure.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { StackUse } from './choose-inside.ts';

/** What every verb gets besides its own options. A verb prints through it, and only `main` ends the process. */
export interface VerbContext {
  /** The stage named on the command line; null for verbs without one, and for `all` of those that take it. */
  readonly stage: number | null;
  /** Which copy of the stage: 0 is the learner's own. `chaos` operates on another one with the same verbs. */
  readonly slot: number;
  /** One JSON object on standard output; everything else goes to standard error. */
  readonly json: boolean;
  /** What `--runtime` asked for. */
  readonly runtime: 'compose' | 'native' | undefined;
  /** The runtime asked for, else Compose where an engine answers, else native. Asked once, then remembered. */
  chooseRuntime(): Promise<Runtime>;
  /** Arguments after the verb. */
  readonly args: readonly string[];
  /** Aborts at Ctrl-C or SIGTERM: a verb then takes down what it started. */
  readonly signal: AbortSignal;
  stdout(text: string): void;
  stderr(text: string): void;
}

export interface VerbModule {
  readonly command: {
    readonly summary: string;
    readonly needsStage: boolean;
    /** Default: `running`. */
    readonly stacks?: StackUse;
    /** Declares the verb's own arguments and options. */
    readonly options: (command: Command) => Command;
  };
  run(context: VerbContext, options: Record<string, unknown>): Promise<ExitCode>;
  /** Fetches what `run` needs beside its stages: in the network of native stacks, where that runs, nothing can be fetched. */
  fetchFirst?(context: VerbContext, options: Record<string, unknown>): Promise<void>;
}

/** The stage of a verb that needs one (`main` has checked that it is there). */
export function stageOf(context: VerbContext): number {
  if (context.stage === null) throw new TypeError('the verb declares needsStage');
  return context.stage;
}
