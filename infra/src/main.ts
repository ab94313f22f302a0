import { type ExitCode, Failure } from '@scaling/cli/failure';
import { suggestion } from '@scaling/cli/nearest';
import { runToExit } from '@scaling/cli/run-to-exit';
import { COMMANDS } from './commands/index.ts';

const ended = new AbortController();

/** `pnpm infra NAME`. */
async function main(argv: readonly string[]): Promise<ExitCode> {
  const [name, ...rest] = argv[0] === '--' ? argv.slice(1) : argv;
  const names = Object.keys(COMMANDS);
  const load = name === undefined ? undefined : COMMANDS[name];
  if (load === undefined)
    throw new Failure(name === undefined ? 'What shall be done?' : `There is no command "${name}".`, {
      next:
        name === undefined
          ? `There are: ${names.map((each) => `\`pnpm infra ${each}\``).join(', ')}.`
          : suggestion(name, names),
    });
  return await (await load()).run(rest, ended.signal);
}

await runToExit(ended, () => main(process.argv.slice(2)));
