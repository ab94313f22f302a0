import { execa } from 'execa';
import { SourceFailed } from './source-failed.ts';

interface ToolOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Run a fetching tool (npm, apt-get, go) to its end and return its standard output. The tool gets a process group of
 * its own, so that a cancelled or overdue one ends with all its children.
 * @throws SourceFailed with the tool's own last words; the signal's reason when it aborts.
 */
export async function runTool(
  file: string,
  args: readonly string[],
  { cwd, env, timeoutMs, signal }: ToolOptions,
): Promise<string> {
  signal.throwIfAborted();
  const child = execa(file, args, {
    cwd,
    env: { LC_ALL: 'C', ...env },
    detached: true,
    stdin: 'ignore',
    reject: false,
    stripFinalNewline: true,
  });
  let overdue = false;
  const kill = (): void => killGroup(child.pid);
  const timer = setTimeout(() => {
    overdue = true;
    kill();
  }, timeoutMs);
  signal.addEventListener('abort', kill, { once: true });
  process.once('exit', kill);
  try {
    const result = await child;
    signal.throwIfAborted();
    if (overdue) throw new SourceFailed(`${file} ${args[0] ?? ''} did not end within ${timeoutMs / 1000} s`);
    if (result.code === 'ENOENT') throw new SourceFailed(`no ${file} on PATH`);
    if (result.failed) throw new SourceFailed(lastWords(file, `${result.stderr}\n${result.stdout}`));
    return result.stdout;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
    process.removeListener('exit', kill);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** The lines of a tool's output that say why it failed, on one line of bounded length. */
function lastWords(file: string, output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/complete log of this run|^npm (notice|warn)|^W: /i.test(line));
  const errors = lines.filter((line) => /^E: |^npm err|error|cannot|could not|unable|no space/i.test(line));
  const words = (errors.length > 0 ? errors.slice(0, 3) : lines.slice(-2)).join('; ');
  return `${file}: ${words.slice(0, 400) || 'failed without a word'}`;
}
