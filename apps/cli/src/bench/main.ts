import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { suggestion } from '../nearest.ts';
import { runToExit } from '../run-to-exit.ts';
import type { FloorOptions } from './floor.ts';

const LEAST_SECONDS = 6;
const STANDARD_SECONDS = 15;

const ended = new AbortController();

/** `pnpm bench floor`: what the shop's own code costs, against the least that could answer the same. */
async function main(argv: readonly string[]): Promise<ExitCode> {
  const [name, ...rest] = argv[0] === '--' ? argv.slice(1) : argv;
  if (name !== 'floor') {
    throw new Failure(name === undefined ? 'Which measurement?' : `There is no measurement "${name}".`, {
      next: name === undefined ? '`pnpm bench floor` is the one there is.' : suggestion(name, ['floor']),
    });
  }
  const { measureFloor, mostSeconds, WARM_REQUESTS } = await import('./floor.ts');
  const options = parse(rest, mostSeconds());
  if (options === null) return EXIT.holds;
  const { renderFloor } = await import('./render-floor.ts');
  const result = await measureFloor({
    seconds: options.seconds,
    warmRequests: WARM_REQUESTS,
    signal: ended.signal,
    onProgress: (what) => void process.stderr.write(`${what}\n`),
  } satisfies FloorOptions);
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : renderFloor(result));
  if (result.why.length > 0) return EXIT.couldNotRun;
  return result.routes.every((route) => route.holds) ? EXIT.holds : EXIT.fallsShort;
}

/** null: help was asked for and printed. */
function parse(argv: readonly string[], mostSeconds: number): { seconds: number; json: boolean } | null {
  const command = new Command('pnpm bench floor')
    .description('CPU per request of the shop against a bare Express and pg handler with the same SQL')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .option('--json', 'one JSON object on standard output, progress on standard error', false)
    .option(
      '--seconds <n>',
      'seconds measured per route',
      (text) => seconds(text, mostSeconds),
      STANDARD_SECONDS,
    )
    .allowExcessArguments(false);
  try {
    command.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return null;
    throw new Failure(`floor: ${error.message.replace(/^error: /, '')}`, {
      next: '`pnpm bench floor --help` tells what it takes.',
      cause: error,
    });
  }
  return command.opts<{ seconds: number; json: boolean }>();
}

function seconds(text: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < LEAST_SECONDS || value > most) {
    throw new InvalidArgumentError(`It takes a whole number from ${LEAST_SECONDS} to ${most}.`);
  }
  return value;
}

await runToExit(ended, () => main(process.argv.slice(2)));
