import type { ExitCode } from '@scaling/cli/failure';

/** A command of `pnpm infra`. Ends with the exit status of a verb. */
interface InfraCommand {
  run(argv: readonly string[], signal: AbortSignal): Promise<ExitCode>;
}

/** By name; each is loaded when it is used. */
export const COMMANDS: Readonly<Record<string, () => Promise<InfraCommand>>> = {
  synth: () => import('./synth.ts'),
  diff: () => import('./diff.ts'),
  cost: () => import('./cost.ts'),
  lint: () => import('./lint.ts'),
};
