import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { providePart } from '../../src/parts/index.ts';
import { nginx } from '../../src/runtime/native/kinds/nginx.ts';
import { prepare } from '../../src/runtime/native/supervisor/prepare.ts';
import { readStage } from '../../src/stage/stages.ts';
import { until } from '../runtime/until.ts';

/** A loopback network of this test process's own. */
const NETWORK = `127.${100 + (process.pid % 100)}.${Math.floor(process.pid / 100) % 250}`;
let addresses = 0;

/** An address that nothing listens on yet. */
export function freshAddress(): string {
  addresses += 1;
  return `${NETWORK}.${addresses}`;
}

export interface Edge {
  readonly address: string;
  /** Where its cache lies. */
  readonly folder: string;
  get(path: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<Answer>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly ms: number;
}

interface EdgeOptions {
  readonly address?: string;
  readonly name: string;
  /** host:port */
  readonly origin: string;
  readonly neighbour: string;
  /** Where its folder goes, if not below the machine's temporary one. */
  readonly parent?: string;
}

/** An edge as stage 6 runs it natively: real nginx, the stage's own template and caretaker, started by the kind. */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const address = options.address ?? freshAddress();
  // With a space, as a checkout's folder may have one.
  const folder = await mkdtemp(join(options.parent ?? tmpdir(), 'an edge '));
  const service = (await readStage(6)).services['edge-us'];
  if (service === undefined) throw new Error('stage 6 has no edge-us');
  const environment = {
    ...service.environment,
    BOX_ADDRESS: address,
    BOX_NAME: options.name,
    ORIGIN: options.origin,
    NEIGHBOUR: options.neighbour,
  };
  const parts = new Map([['nginx', await providePart('nginx')]] as const);
  const started = nginx.launch({
    service,
    name: options.name,
    address,
    environment,
    parts,
    apps: '',
    template: '',
    broker: '',
    user: null,
    folder,
  });
  for (const step of started.prepare ?? []) await prepare(step, options.name);
  const [command = '', ...words] = started.argv;
  const child = spawn(command, words, {
    env: { PATH: process.env.PATH, ...environment, ...started.environment },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stderr?.on('data', (text) => {
    said += text;
  });
  await until(
    `${options.name} answers`,
    async () => {
      if (child.exitCode !== null) throw new Error(`nginx ended: ${said}`);
      return (await ask(address, 8082, '/healthz').catch(() => null))?.status === 200;
    },
    10_000,
  );
  return {
    address,
    folder: join(folder, 'data', options.name),
    get: (path, headers, method) => ask(address, 8080, path, headers, method),
    stop: async () => {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** nginx and its caretaker are one group. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid, 'SIGKILL');
  await ended;
}

/** Sent as it is: fetch would tidy the path, and lets nobody set Host. 10 s at most. */
export function ask(
  host: string,
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Answer> {
  const from = performance.now();
  return new Promise((resolve, reject) => {
    const options = { host, port, path, headers, method, agent: false, signal: AbortSignal.timeout(10_000) };
    request(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString('latin1'),
          ms: performance.now() - from,
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}
