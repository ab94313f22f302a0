import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from '../../src/build/index.ts';
import { freePort } from '../postgres/index.ts';

const out = fileURLToPath(new URL('../../../../node_modules/.cache/tickets-test-build', import.meta.url));

const READY_LIMIT_MS = 20_000;

/** The bundled programs' folder, built when anything has changed. */
export async function built(): Promise<string> {
  await build({ out, site: false });
  return out;
}

export interface Running {
  readonly url: string;
  readonly process: ChildProcess;
  readonly environment: NodeJS.ProcessEnv;
  log(): string;
  /** Sends SIGTERM; resolves with the exit status and how long it took. */
  stop(): Promise<{ code: number | null; ms: number }>;
}

/** Starts a stage's app as a box would, or another program of it: `8-queue/shows`. */
export async function launch(stage: string, environment: Record<string, string>): Promise<Running> {
  const program = stage.includes('/') ? `${stage}.mjs` : `${stage}/app.mjs`;
  const port = environment.PORT ?? String(await freePort());
  const env = {
    ...process.env,
    BOX_ADDRESS: '127.0.0.1',
    BOX_NAME: 'app-1',
    PORT: port,
    SHOWS: '3',
    SMTP_URL: 'smtp://127.0.0.1:1',
    ...environment,
  };
  const child = spawn(process.execPath, [join(await built(), program)], { env });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      log += text.toString();
    });
  }
  return {
    url: `http://127.0.0.1:${port}`,
    process: child,
    environment: env,
    log: () => log,
    async stop() {
      const started = performance.now();
      child.kill('SIGTERM');
      const code = await ended;
      process.off('exit', kill);
      return { code, ms: performance.now() - started };
    },
  };
}

/** Starts a stage's app and waits until it is ready; rejects with what it logged when it ends instead. */
export async function runStage(stage: string, environment: Record<string, string>): Promise<Running> {
  const app = await launch(stage, environment);
  const deadline = performance.now() + READY_LIMIT_MS;
  for (;;) {
    const status = await fetch(`${app.url}/readyz`).then(
      (answer) => answer.status,
      (error: Error) => error.message,
    );
    if (status === 200) return app;
    if (app.process.exitCode !== null) throw new Error(`${stage} ended: ${app.log()}`);
    if (performance.now() > deadline) {
      app.process.kill('SIGKILL');
      throw new Error(`${stage} is not ready (${status}): ${app.log()}`);
    }
    await sleep(50);
  }
}

/** Runs an administrative command and returns the JSON it prints. */
export async function admin(
  command: string,
  environment: NodeJS.ProcessEnv,
): Promise<Record<string, unknown>> {
  const [name = '', ...args] = command.split(' ');
  const script = join(await built(), 'admin', `${name}.mjs`);
  const env = { ...process.env, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { env, timeout: 60_000 });
  return JSON.parse(stdout) as Record<string, unknown>;
}
