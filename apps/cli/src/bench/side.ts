import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Failure } from '../failure.ts';

const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 5000;

/** One of the two servers that are held against each other: a process of its own. */
export interface Side {
  readonly name: 'bare' | 'shop';
  readonly url: string;
  /** CPU time used so far, in microseconds. */
  cpuMicros(): Promise<number>;
  stop(): Promise<void>;
}

export async function startSide(options: {
  readonly name: Side['name'];
  readonly program: string;
  readonly databaseUrl: string;
  readonly address: string;
  readonly port: number;
}): Promise<Side> {
  const { name, program, databaseUrl, address, port } = options;
  const child = fork(program, [], {
    // Both read their logs' pipe like a supervisor would; only the shop writes any.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      DATABASE_URL: databaseUrl,
      BOX_ADDRESS: address,
      PORT: String(port),
      BOX_NAME: name,
    },
  });
  let said = '';
  child.stdout?.resume();
  child.stderr?.on('data', (text: Buffer) => {
    said = `${said}${text}`.slice(-4000);
  });
  const url = `http://${address}:${port}`;
  try {
    await answers(`${url}/shows/1`, child);
  } catch (cause) {
    child.kill('SIGKILL');
    throw new Failure(`The ${name} side does not start.`, { where: said.trim() || url, cause });
  }
  return {
    name,
    url,
    async cpuMicros() {
      child.send('cpu');
      const [answer] = (await once(child, 'message', { signal: AbortSignal.timeout(2000) })) as [
        { cpuMicros: number },
      ];
      return answer.cpuMicros;
    },
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit', { signal: AbortSignal.timeout(STOP_LIMIT_MS) });
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  for (;;) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    if (answer?.status === 200) return;
    if (child.exitCode !== null) throw new Error(`it ended with status ${child.exitCode}`);
    if (performance.now() > deadline) throw new Error(`no answer in ${START_LIMIT_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
