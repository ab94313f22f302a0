import { Command } from 'commander';
import { EXIT, type ExitCode } from '../failure.ts';
import { parseOptions, wholeNumber } from './command.ts';
import { measureFloor, mostSeconds, WARM_REQUESTS } from './floor.ts';
import { renderFloor } from './render-floor.ts';

const LEAST_SECONDS = 6;
const STANDARD_SECONDS = 15;

/** `pnpm bench floor`: what the shop's own code costs, against the least that could answer the same. */
export async function run(argv: readonly string[], signal: AbortSignal): Promise<ExitCode> {
  const command = new Command('pnpm bench floor')
    .description('CPU per request of the shop against a bare Express and pg handler with the same SQL')
    .option('--json', 'one JSON object on standard output, progress on standard error', false)
    .option(
      '--seconds <n>',
      'seconds measured per route',
      (text) => wholeNumber(text, LEAST_SECONDS, mostSeconds()),
      STANDARD_SECONDS,
    );
  const options = parseOptions<{ seconds: number; json: boolean }>(command, argv);
  if (options === null) return EXIT.holds;
  const result = await measureFloor({
    seconds: options.seconds,
    warmRequests: WARM_REQUESTS,
    signal,
    onProgress: (what) => void process.stderr.write(`${what}\n`),
  });
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : renderFloor(result));
  if (result.why.length > 0) return EXIT.couldNotRun;
  return result.routes.every((route) => route.holds) ? EXIT.holds : EXIT.fallsShort;
}
