import { Command, CommanderError, Option } from 'commander';
import { endWhenWritten } from './end-when-written.ts';
import { EXIT, type ExitCode, Failure } from './failure.ts';
import { suggestion } from './nearest.ts';
import { renderHelp } from './report/help.ts';
import { runToExit } from './run-to-exit.ts';
import { MAX_SLOT } from './runtime/native/addresses.ts';
import type { Runtime } from './runtime/runtime.ts';
import { findStage, listStages } from './stage/stages.ts';
import { chooseInside } from './verbs/choose-inside.ts';
import { FOR_ALL, OVER_ALL, VERBS } from './verbs/index.ts';
import type { VerbContext, VerbModule } from './verbs/verb.ts';

/** `pnpm stage [N|all] [VERB] [ARGUMENTS]`: finds the verb, gives it its context, prints what goes wrong, ends the process. */
async function main(argv: readonly string[]): Promise<ExitCode> {
  const words = argv[0] === '--' ? argv.slice(1) : argv;
  if (words[0] === '--help' || words[0] === '-h' || words[0] === 'help') {
    process.stdout.write(await renderHelp());
    return EXIT.holds;
  }
  const { target, verb, rest } = parseWords(words);
  if (target === 'all' && OVER_ALL.includes(verb)) return runVerb(verb, 'all', rest);
  const stages = target === 'all' ? (await listStages()).map((stage) => stage.number) : [target];
  let worst: ExitCode = EXIT.holds;
  for (const stage of stages) {
    const code = await runVerb(verb, stage, rest);
    if (code > worst) worst = code;
  }
  return worst;
}

interface Words {
  readonly target: number | 'all' | null;
  readonly verb: string;
  readonly rest: readonly string[];
}

function parseWords(words: readonly string[]): Words {
  const [first, second] = words;
  const isNumber = /^-?\d+(\.\d+)?$/.test(first ?? '');
  if (first === undefined || (first.startsWith('-') && !isNumber))
    return { target: null, verb: 'list', rest: words };
  if (isNumber || first === 'all') {
    const target = first === 'all' ? 'all' : Number(first);
    if (second === undefined || second.startsWith('-')) {
      throw new Failure(`What shall stage ${first} do?`, {
        next: `For instance \`pnpm stage ${first} up\`. \`pnpm stage --help\` tells all.`,
      });
    }
    const verb = known(second);
    const forAll = [...FOR_ALL, ...OVER_ALL];
    if (target === 'all' && !forAll.includes(verb)) {
      throw new Failure(`"${verb}" does not work for all stages at once.`, {
        next: `These do: ${forAll.join(', ')}.`,
      });
    }
    return { target, verb, rest: words.slice(2) };
  }
  return { target: null, verb: known(first), rest: words.slice(1) };
}

function known(verb: string): string {
  if (verb in VERBS) return verb;
  throw new Failure(`There is no verb "${verb}".`, { next: suggestion(verb, Object.keys(VERBS)) });
}

async function runVerb(
  name: string,
  target: number | 'all' | null,
  rest: readonly string[],
): Promise<ExitCode> {
  const verb = await (VERBS[name] as () => Promise<VerbModule>)();
  if (verb.command.needsStage && target === null) {
    throw new Failure(`"${name}" needs to know which stage.`, {
      next: `For instance \`pnpm stage 4 ${name}\`.`,
    });
  }
  const stage = target === 'all' ? null : target;
  if (stage !== null) await findStage(stage);
  const parsed = parseOptions(name, verb, rest);
  if (parsed === null) return EXIT.holds;
  return verb.run(context(stage, parsed, verb), parsed.options);
}

interface Parsed {
  readonly args: readonly string[];
  readonly options: Record<string, unknown>;
}

/** null: help was asked for and printed. */
function parseOptions(name: string, verb: VerbModule, rest: readonly string[]): Parsed | null {
  const command = new Command(verb.command.needsStage ? `pnpm stage N ${name}` : `pnpm stage ${name}`)
    .description(verb.command.summary)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .option('--json', 'one JSON object on standard output, progress on standard error')
    .option(
      '--runtime <name>',
      'compose or native (default: compose where a Docker engine answers, else native)',
    )
    .addOption(new Option('--slot <n>', 'which copy of the stage').default('0').hideHelp());
  verb.command.options(command);
  try {
    command.parse([...rest], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return null;
    const next = /Did you mean/.test(error.message)
      ? ''
      : ` \`pnpm stage ${name} --help\` tells what it takes.`;
    throw new Failure(`${name}: ${error.message.replace(/^error: /, '').replaceAll('\n', ' ')}.`, {
      next: next.trim(),
      cause: error,
    });
  }
  return { args: command.args, options: command.opts() };
}

const ended = new AbortController();

function context(stage: number | null, { args, options }: Parsed, verb: VerbModule): VerbContext {
  const asked = options.runtime as string | undefined;
  if (asked !== undefined && asked !== 'compose' && asked !== 'native') {
    throw new Failure(`There is no runtime "${asked}".`, { next: suggestion(asked, ['compose', 'native']) });
  }
  const slot = Number(options.slot);
  if (!Number.isInteger(slot) || slot < 0 || slot > MAX_SLOT)
    throw new Failure(`--slot takes a whole number from 0 to ${MAX_SLOT}, not "${options.slot}".`);
  const json = options.json === true;
  let chosen: Promise<Runtime> | null = null;
  const made: VerbContext = {
    stage,
    slot,
    json,
    runtime: asked,
    chooseRuntime: () => {
      chosen ??= chooseInside({
        asked,
        id: stage === null ? null : { stage, slot },
        use: verb.command.stacks ?? 'running',
        observe: options.observe === true,
        needsOutside: options.databaseUrl !== undefined,
        fetchFirst: async () => verb.fetchFirst?.(made, options),
        signal: ended.signal,
        say: (text) => void process.stderr.write(text),
      });
      return chosen;
    },
    args,
    signal: ended.signal,
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
  };
  return made;
}

await runToExit(ended, () => main(process.argv.slice(2)));
await endWhenWritten();
