import { type Command, CommanderError, InvalidArgumentError } from 'commander';
import { type ExitCode, Failure } from '../failure.ts';

/** A measurement of `pnpm bench`. Ends with the exit status of a verb. */
export interface BenchCommand {
  run(argv: readonly string[], signal: AbortSignal): Promise<ExitCode>;
}

/** The options of `argv`; null: help was asked for and printed. @throws Failure for what the command does not take. */
export function parseOptions<Options extends object>(
  command: Command,
  argv: readonly string[],
): Options | null {
  const name = command.name().split(' ').at(-1);
  try {
    command
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .allowExcessArguments(false);
    return command.parse([...argv], { from: 'user' }).opts<Options>();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return null;
    throw new Failure(`${name}: ${error.message.replace(/^error: /, '')}`, {
      next: `\`${command.name()} --help\` tells what it takes.`,
      cause: error,
    });
  }
}

/** A whole number within bounds. */
export function wholeNumber(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`);
  return value;
}
