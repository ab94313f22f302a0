import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { register } from '@scaling/tickets/metrics';
import { BOXES_PORT, boxesServer } from '../../src/observe/boxes-server.ts';
import type { Look } from '../../src/observe/exposition.ts';
import { providePart, provideParts } from '../../src/parts/index.ts';
import { prometheus } from '../../src/runtime/native/kinds/prometheus.ts';
import { withObservers } from '../../src/stage/observed.ts';
import { ROOT, readStage } from '../../src/stage/stages.ts';
import { freshAddress } from '../edges/edge.ts';
import { until } from '../runtime/until.ts';

/** Share of their quota that the boxes here use, and of the periods in which they stand still. */
export const SHARE = 0.5;
export const THROTTLED = 0.25;
const QUOTA = 0.12;
const PERIODS_PER_SECOND = 20;

/** A load balancer, an app and some boxes that only use what they use, as a runtime would tell of them. */
export function boxes(app: string, lb: string): () => Look {
  const box = (name: string, kind: string, address: string, service = name) => ({
    ...{ name, service, kind, address, state: 'ready' as const, cpus: QUOTA, restarts: 0 },
  });
  const all = [
    box('lb', 'lb', lb),
    box('app-1', 'app', app, 'app'),
    box('db', 'db', freshAddress()),
    box('shard-1', 'db', freshAddress(), 'shard'),
  ];
  const from = performance.now();
  return () => {
    const seconds = (performance.now() - from) / 1000;
    const usage = all.map(({ name, kind }) => ({
      box: name,
      kind,
      cpuMicros: seconds * QUOTA * SHARE * 1e6,
      throttledMicros: seconds * 1e4,
      periods: seconds * PERIODS_PER_SECOND,
      throttledPeriods: seconds * PERIODS_PER_SECOND * THROTTLED,
      memoryBytes: 2 ** 25,
    }));
    // Nobody capped the mail box.
    return { boxes: [...all, { ...box('mail', 'mail', ''), cpus: null }], usage };
  };
}

/** The registry of this process, which holds the shop's and the worker's own metrics, where an app shows it. */
export async function serveRegistry(address: string): Promise<Server> {
  const server = createServer((_, response) => {
    void register
      .metrics()
      .then((text) => response.setHeader('Content-Type', register.contentType).end(text));
  });
  server.listen(8080, address);
  await once(server, 'listening');
  return server;
}

export async function serveBoxes(address: string, look: () => Look): Promise<Server> {
  const server = boxesServer(look);
  server.listen(BOXES_PORT, address);
  await once(server, 'listening');
  return server;
}

export interface Program {
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** The load balancer of stages 3 to 7, with no app behind it: it answers 503 and counts. */
export async function startHaproxy(address: string): Promise<Program> {
  const { haproxy } = await provideParts(['haproxy']);
  const config = join(ROOT, 'stages/3-load-balancer/haproxy.cfg');
  const started = run([haproxy.programs.haproxy ?? '', '-f', config], {
    ...haproxy.environment,
    BOX_ADDRESS: address,
    APP: 'nobody',
    CLIENT_REQUESTS: '200',
    CLIENT_WRITES: '20',
  });
  await until('haproxy answers', () => answers(`http://${address}:8404/healthz`), 5000);
  return started;
}

/** Prometheus as the native runtime starts it, with the project's configuration, but asking every quarter of a second. */
export async function startPrometheus(address: string, boxesAt: string): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
  const text = await readFile(join(ROOT, 'stages/observe/prometheus.yml'), 'utf8');
  const config = join(folder, 'prometheus.yml');
  await writeFile(
    config,
    text.replaceAll('boxes:9100', `${boxesAt}:9100`).replaceAll(/: [45]s$/gm, ': 250ms'),
  );
  const { services } = await withObservers(await readStage(5), {});
  const service = services.prometheus;
  if (service === undefined) throw new Error('there is no prometheus in stages/observe/compose.yaml');
  const volumes = service.volumes.map((each) => (each.type === 'bind' ? { ...each, source: config } : each));
  const { argv } = prometheus.launch({
    ...{ service: { ...service, volumes }, name: 'prometheus', address, environment: {}, folder },
    parts: new Map([['prometheus', await providePart('prometheus')]]),
    ...{ apps: '', template: '', broker: '', user: null },
  });
  const started = run(argv, {});
  await until('Prometheus is ready', () => answers(`http://${address}:9090/-/ready`), 10_000);
  return {
    child: started.child,
    stop: async () => {
      await started.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function run([command = '', ...words]: readonly string[], environment: Record<string, string>): Program {
  const child = spawn(command, words, {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  return {
    child,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(1000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
