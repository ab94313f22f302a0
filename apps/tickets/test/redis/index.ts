import { execFile, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { freePort } from '../postgres/index.ts';

const START_LIMIT_MS = 10_000;
const provide = fileURLToPath(new URL('../../../cli/test/parts/provide-real.ts', import.meta.url));

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** A client of the test's own, which waits for its answers. */
  readonly client: Redis;
  /** Sends the server a signal: SIGSTOP makes it hang, SIGCONT goes on. */
  signal(name: NodeJS.Signals): void;
  /** Ends the server at once; what it held is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with nothing in it. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Program {
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

let found: Promise<Program> | undefined;

/** The server's program, from where the stages have theirs. */
function program(): Promise<Program> {
  found ??= promisify(execFile)(process.execPath, ['--import', 'tsx', provide, 'redis'], {
    timeout: 120_000,
  }).then(({ stdout }) => {
    const [part] = Object.values(JSON.parse(stdout)) as {
      programs: Record<string, string>;
      environment: Record<string, string>;
    }[];
    return { file: part?.programs['redis-server'] ?? '', environment: part?.environment ?? {} };
  });
  return found;
}

/** A real Redis of its own, without persistence; ends with `stop`. */
export async function startRedis(options: readonly string[] = []): Promise<TestRedis> {
  const { file, environment } = await program();
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const client = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => 50 });
  // While the server is away on purpose.
  client.on('error', () => undefined);
  let running: { readonly end: Promise<void>; signal(name: NodeJS.Signals): void } | undefined;

  async function start(): Promise<void> {
    const child = spawn(file, [...settings, ...options], {
      env: { ...process.env, ...environment },
      stdio: 'ignore',
    });
    const kill = () => child.kill('SIGKILL');
    // A run that is cut short must not leave a server behind.
    process.once('exit', kill);
    const end = new Promise<void>((resolve) => {
      child.once('exit', () => {
        process.off('exit', kill);
        resolve();
      });
    });
    running = { end, signal: (name) => void child.kill(name) };
    const deadline = performance.now() + START_LIMIT_MS;
    while ((await client.ping().catch(() => 'no')) !== 'PONG') {
      if (performance.now() > deadline) throw new Error('Redis does not start');
      await sleep(20);
    }
  }

  async function kill(): Promise<void> {
    running?.signal('SIGKILL');
    await running?.end;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    client,
    signal: (name) => running?.signal(name),
    kill,
    start,
    async stop() {
      client.disconnect();
      await kill();
    },
  };
}
