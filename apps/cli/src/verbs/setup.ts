import type { Command } from 'commander';
import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import { EXIT, type ExitCode, Failure } from '../failure.ts';
import { providePart, recipes } from '../parts/index.ts';
import { renderSetup, type SetUp } from '../report/setup.ts';
import type { VerbContext } from './verb.ts';

export const command = {
  summary:
    'fetch the parts that are missing (Postgres, HAProxy, Redis, nginx, toxiproxy, Java, Kafka, k6), once, into a cache of yours',
  needsStage: false,
  options: (command: Command) => command,
};

/** Progress belongs to standard error, and Ctrl-C to `main`. */
const QUIETLY = {
  registerSignalListeners: false,
  fallbackRenderer: 'simple',
  rendererOptions: { logger: onStandardError() },
  fallbackRendererOptions: { logger: onStandardError() },
} as const;

export async function run(context: VerbContext): Promise<ExitCode> {
  const done: SetUp[] = [];
  const failed: unknown[] = [];
  const needed = Object.values(recipes).filter(({ onlyFor }) => onlyFor === undefined);
  const tasks = needed.map(({ name }) => ({
    title: name,
    task: async (_: unknown, task: { title: string; output: string }) => {
      const startedAt = performance.now();
      const onProgress = (text: string): void => {
        task.output = text;
      };
      try {
        const part = await providePart(name, { signal: context.signal, onProgress });
        done.push({ part, ms: Math.round(performance.now() - startedAt) });
        task.title = `${name} ${part.version}`;
      } catch (error) {
        failed.push(error);
        throw error;
      }
    },
  }));
  // A part that fails does not stop the others: what could be fetched is there next time.
  await new Listr(tasks, { concurrent: true, exitOnError: false, ...QUIETLY }).run();
  context.signal.throwIfAborted();
  if (failed.length > 0) throw together(failed);
  const order = Object.keys(recipes);
  done.sort((a, b) => order.indexOf(a.part.name) - order.indexOf(b.part.name));
  context.stdout(context.json ? `${JSON.stringify({ parts: done })}\n` : renderSetup(done));
  return EXIT.holds;
}

function onStandardError(): ListrLogger {
  return new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
}

function together(failed: readonly unknown[]): unknown {
  const failures = failed.filter((error) => error instanceof Failure);
  const [first] = failures;
  if (first === undefined || failures.length < failed.length)
    return failed.find((each) => !(each instanceof Failure));
  const next = failures.flatMap((each) => each.next ?? []).join('\n');
  return failures.length === 1
    ? first
    : new Failure(failures.map(({ message }) => message).join('\n'), { next });
}
