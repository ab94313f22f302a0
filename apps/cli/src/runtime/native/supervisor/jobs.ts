import { type ChildProcess, spawn } from 'node:child_process';
import type { ExecResult } from '../../runtime.ts';
import { asBoxUser } from '../box-user.ts';
import type { Box } from './box.ts';
import { lastLines } from './last-lines.ts';
import { startProcess } from './start-process.ts';

const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Run a command with a box's environment, names and folder; outside its quota, so that asking does not slow the box down. */
export function runInBox(
  box: Box,
  argv: readonly string[],
  options: { input?: string; timeoutMs?: number },
): Promise<ExecResult> {
  const [word = 'false', ...rest] = argv;
  const program = word === 'node' ? process.execPath : word;
  const [command = '', ...args] = [...box.enter, ...asBoxUser(box.plan.user), program, ...rest];
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: box.plan.cwd,
      env: { PATH: process.env.PATH, LANG: 'C.UTF-8', ...box.plan.environment },
      timeout: options.timeoutMs ?? 60_000,
      killSignal: 'SIGKILL',
      // Not an empty pipe: Node's is a socket, bash takes that for a remote login, and runs what its user's ~/.bashrc says.
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.length > MOST_OUTPUT_BYTES) child.kill('SIGKILL');
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', (error) => resolve({ code: 127, stdout, stderr: error.message }));
    child.once('close', (code, signal) => {
      const note = signal ? `${stderr}\nended by ${signal}` : stderr;
      resolve({ code: code ?? 128, stdout, stderr: note });
    });
    child.stdin?.on('error', () => undefined); // A command that reads no input may have ended before it is written.
    child.stdin?.end(options.input);
  });
}

export interface LoadResult {
  readonly code: number;
  readonly stderr: string;
  readonly cpuMicros: number | null;
}

/** The load box at work: one run of its program at a time. */
export class LoadJob {
  private readonly box: Box;
  private child: ChildProcess | null = null;
  private result: Promise<LoadResult> | null = null;

  constructor(box: Box) {
    this.box = box;
  }

  get address(): string {
    return this.box.plan.address;
  }

  get running(): boolean {
    return this.child !== null;
  }

  start(args: readonly string[], environment: Readonly<Record<string, string>>, core: number | null): void {
    if (this.running) throw new Error('The load box is busy with another run.');
    const before = this.box.usage.cpuMicros;
    const argv = [...this.box.plan.argv, 'run', ...args];
    const child = startProcess(this.box.plan, {
      argv: core === null ? argv : ['taskset', '--cpu-list', String(core), ...argv],
      enter: this.box.enter,
      joinFiles: this.box.joinFiles,
      environment: { ...this.box.plan.environment, ...environment },
      log: this.box.log,
    });
    this.child = child;
    let cpuMicros: number | null = null;
    this.result = new Promise((resolve) => {
      const end = (code: number): void => {
        this.child = null;
        const used = this.box.usage.cpuMicros - before;
        if (used > 0) cpuMicros = used;
        resolve({ code, stderr: lastLines(this.box.log, 30).join('\n'), cpuMicros });
      };
      child.once('error', () => end(127));
      child.once('exit', (code) => end(code ?? 128));
    });
  }

  async wait(): Promise<LoadResult> {
    if (!this.result) throw new Error('The load box has not run yet.');
    return this.result;
  }

  /** k6 ends a run properly at SIGINT and still writes its summary. */
  async stop(): Promise<void> {
    this.child?.kill('SIGINT');
    const deadline = Date.now() + 5000;
    while (this.child && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    this.child?.kill('SIGKILL');
  }
}
