import { spawn } from 'node:child_process';
import type { VerbContext, VerbModule } from '../verbs/verb.ts';
import type { Subject } from './stack.ts';

/** How a verb ended. */
export interface Ended {
  /** Its exit status; null: it was killed. */
  readonly code: number | null;
  /** What it said last. */
  readonly said: string;
}

/** Runs a verb on the stack within this process. Never rejects, except when `signal` aborts. */
export async function runVerb(
  { runtime, id }: Subject,
  { verb, words }: { readonly verb: VerbModule; readonly words: readonly string[] },
  signal: AbortSignal,
): Promise<Ended> {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text.trim());
  const context: VerbContext = {
    ...id,
    json: true,
    runtime: runtime.name,
    chooseRuntime: async () => runtime,
    args: words,
    signal,
    stdout: say,
    stderr: () => undefined,
  };
  try {
    return { code: await verb.run(context, {}), said: said.at(-1) ?? '' };
  } catch (error) {
    signal.throwIfAborted();
    return { code: 2, said: (error as Error).message };
  }
}

/**
 * Runs a verb on the stack in a process of its own, which is killed after a while if it has not ended by then.
 *
 * @returns code null when it was killed
 */
export async function spawnVerb(
  { runtime, id }: Subject,
  command: { readonly verb: string; readonly words: readonly string[]; readonly killAfterMs: number },
  signal: AbortSignal,
): Promise<Ended> {
  const { verb, words, killAfterMs } = command;
  const [program = ''] = process.argv.slice(1);
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      program,
      String(id.stage),
      verb,
      ...words,
      ...['--json', '--slot', String(id.slot), '--runtime', runtime.name],
    ],
    // A group of its own: what it has started is killed with it.
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-2000);
  });
  const timer = setTimeout(kill, killAfterMs);
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal.throwIfAborted();
    return { code, said: said.trim().split('\n').at(-1) ?? '' };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
  }
}
