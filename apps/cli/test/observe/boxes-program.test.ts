import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxesBundle } from '../../src/runtime/program-bundle.ts';
import { freshAddress } from '../edges/edge.ts';
import { until } from '../runtime/until.ts';

const address = freshAddress();
const asked: string[] = [];
let folder: string;
let engine: Server;
let program: ChildProcess;

/** What an engine tells of two containers: one runs with a quota, one stands still. */
const CONTAINERS = {
  a: container('a', 'app', '2', { Status: 'running', Health: { Status: 'healthy' } }, '172.18.0.5'),
  b: container('b', 'db', '1', { Status: 'exited', ExitCode: 137, OOMKilled: false }, ''),
};

function container(id: string, service: string, number: string, state: object, IPAddress: string) {
  const labels = {
    'com.docker.compose.service': service,
    'com.docker.compose.container-number': number,
    'scaling.kind': service,
  };
  return {
    Id: id,
    RestartCount: 1,
    State: { Pid: 0, ...state },
    Config: { Labels: labels },
    HostConfig: { CpuQuota: 6000, CpuPeriod: 50_000, NanoCpus: 0 },
    NetworkSettings: { Networks: { default: { IPAddress } } },
  };
}

const STATS = {
  cpu_stats: {
    cpu_usage: { total_usage: 2_500_000_000 },
    throttling_data: { periods: 40, throttled_periods: 10, throttled_time: 500_000_000 },
  },
  memory_stats: { usage: 1024 },
};

function answerOf(path: string): object {
  if (path.startsWith('/containers/json')) return Object.values(CONTAINERS);
  const [, , id = '', what = ''] = path.split(/[/?]/);
  return what === 'stats' ? STATS : CONTAINERS[id as keyof typeof CONTAINERS];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxes-'));
  const socket = join(folder, 'docker.sock');
  engine = createServer((request, response) => {
    asked.push(decodeURIComponent(request.url ?? ''));
    response.end(JSON.stringify(answerOf(request.url ?? '')));
  });
  engine.listen(socket);
  await once(engine, 'listening');
  // As its container has it: no stage to read, nothing but Node, its one file and these variables.
  program = spawn(process.execPath, [await boxesBundle()], {
    cwd: folder,
    env: {
      DOCKER_HOST: `unix://${socket}`,
      BOX_ADDRESS: address,
      PROJECT: 'scaling-3',
      SCALABLE: 'app,worker',
    },
    stdio: 'ignore',
  });
  const healthy = async () => (await get('/healthz').catch(() => null))?.status === 200;
  await until('it answers', healthy, 10_000);
});

afterAll(async () => {
  program.kill('SIGKILL');
  engine.close();
  await rm(folder, { recursive: true, force: true });
});

async function get(path: string): Promise<{ status: number; body: string }> {
  const answer = await fetch(`http://${address}:9100${path}`, { signal: AbortSignal.timeout(5000) });
  return { status: answer.status, body: await answer.text() };
}

test('in Compose the boxes are the project’s containers, by the names that the verbs use', async () => {
  const { body } = await get('/metrics');
  const app = '{box="app-2",service="app",kind="app"}';
  expect(body).toContain(`box_cpu_seconds_total${app} 2.5\n`);
  expect(body).toContain(`box_cpu_throttled_periods_total${app} 10\n`);
  expect(body).toContain(`box_cpu_throttled_seconds_total${app} 0.5\n`);
  expect(body).toContain(`box_quota_cores${app} 0.12\n`);
  expect(body).toContain('box_ready{box="db",service="db",kind="db"} 0\n');
  expect(body).not.toMatch(/box_cpu_seconds_total\{box="db"/);
  expect(asked.some((path) => path.includes('com.docker.compose.project=scaling-3"'))).toBe(true);
  expect(JSON.parse((await get('/targets')).body)).toEqual([
    { targets: ['172.18.0.5:8080'], labels: { box: 'app-2', service: 'app', kind: 'app' } },
  ]);
});

test('an engine that does not answer is told as such, not as boxes that use nothing', async () => {
  engine.closeAllConnections();
  engine.close();
  const { status, body } = await get('/metrics');
  expect(status).toBe(503);
  expect(body).toContain('No Docker engine answers');
});
