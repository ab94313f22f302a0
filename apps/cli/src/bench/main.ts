import { type ExitCode, Failure } from '../failure.ts';
import { suggestion } from '../nearest.ts';
import { runToExit } from '../run-to-exit.ts';
import type { BenchCommand } from './command.ts';

/** The measurements of the project itself, by name; each is loaded when it is used. */
const COMMANDS: Readonly<Record<string, () => Promise<BenchCommand>>> = {
  floor: () => import('./floor-command.ts'),
  gate: () => import('./gate-command.ts'),
  verdicts: () => import('./verdicts-command.ts'),
};

const ended = new AbortController();

/** `pnpm bench NAME`. */
async function main(argv: readonly string[]): Promise<ExitCode> {
  const [name, ...rest] = argv[0] === '--' ? argv.slice(1) : argv;
  const names = Object.keys(COMMANDS);
  const load = name === undefined ? undefined : COMMANDS[name];
  if (load === undefined) {
    throw new Failure(name === undefined ? 'Which measurement?' : `There is no measurement "${name}".`, {
      next:
        name === undefined
          ? `There are: ${names.map((each) => `\`pnpm bench ${each}\``).join(', ')}.`
          : suggestion(name, names),
    });
  }
  return await (await load()).run(rest, ended.signal);
}

await runToExit(ended, () => main(process.argv.slice(2)));
