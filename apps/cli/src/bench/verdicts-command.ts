import { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { oneAtATime } from '../measure/one-at-a-time.ts';
import { parseOptions, wholeNumber } from './command.ts';
import { elapsed } from './elapsed.ts';
import { enterNetwork } from './enter-network.ts';
import { renderVerdicts } from './verdicts/render-verdicts.ts';
import { measureVerdicts } from './verdicts/verdicts.ts';

interface Options {
  readonly stage: number;
  readonly rounds: number;
  readonly resume: boolean;
  readonly json: boolean;
}

const MOST_ROUNDS = 50;
const MOST_STAGES = 99;

/** `pnpm bench verdicts`: real checks whose right answer is known. */
export async function run(argv: readonly string[], signal: AbortSignal): Promise<ExitCode> {
  const command = new Command('pnpm bench verdicts')
    .description('is `check` right? Real ones, of an unchanged version and of two slower ones')
    .option('--stage <n>', 'which stage', (text) => wholeNumber(text, 1, MOST_STAGES), 3)
    .option('--rounds <n>', 'checks of each of four kinds', (text) => wholeNumber(text, 1, MOST_ROUNDS), 5)
    .option('--resume', 'go on with the checks of a measurement that was interrupted', false)
    .option('--json', 'one JSON object on standard output, progress on standard error', false);
  const options = parseOptions<Options>(command, argv);
  if (options === null) return EXIT.holds;
  await enterNetwork(signal);
  const verdicts = await oneAtATime(() => measureVerdicts({ ...options, signal, onProgress: elapsed() }));
  process.stdout.write(options.json ? `${JSON.stringify({ verdicts })}\n` : renderVerdicts(verdicts));
  return verdicts.every(({ right }) => right) ? EXIT.holds : EXIT.fallsShort;
}
