import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { projectName } from '../native/addresses.ts';
import type { LoadJob } from '../runtime.ts';
import type { Container } from './containers.ts';
import type { Project } from './project.ts';

/** k6's REST API inside the box. */
const API_PORT = 6565;
const API_LABEL = 'scaling.k6-api';
const RESULTS = '/results';

/** What a run's box differs in from the file: a third compose file, for this run alone. */
export function loadOverride(project: Project, job: LoadJob): object {
  const pinned = job.core === undefined ? {} : { cpuset: String(job.core) };
  if (job.hostNetwork) return { services: { load: { ...pinned, network_mode: 'host' } } };
  // A comparison loads two stacks from one k6: the box joins the networks of both, and of no other, which may go down.
  const joined = new Set((job.others ?? []).map(({ stage, slot }) => `${projectName(stage, slot)}_default`));
  joined.delete(`${project.name}_default`);
  const others = [...joined];
  return {
    services: { load: { ...pinned, networks: ['default', ...others] } },
    networks: Object.fromEntries(others.map((name) => [name, { name, external: true }])),
  };
}

/** `docker compose` arguments that run k6 as the caller, who then owns what it writes. */
export async function runArguments(name: string, job: LoadJob): Promise<string[]> {
  const api = job.hostNetwork ? `127.0.0.1:${await freePort()}` : `0.0.0.0:${API_PORT}`;
  const user = process.getuid && process.getgid ? ['--user', `${process.getuid()}:${process.getgid()}`] : [];
  const environment = { ...job.environment, RESULTS };
  return [
    ...[
      '--progress',
      'quiet',
      'run',
      '--rm',
      '--no-deps',
      '--no-TTY',
      '--name',
      name,
      '--label',
      `${API_LABEL}=${api}`,
    ],
    ...(job.hostNetwork ? [] : ['--publish', `127.0.0.1::${API_PORT}`]),
    ...user,
    ...['--volume', `${job.results}:${RESULTS}`],
    ...Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...['load', 'run', '--address', api],
    ...job.args.map((word) => (word.startsWith('$RESULTS') ? word.replace('$RESULTS', RESULTS) : word)),
  ];
}

/** k6's REST API as this machine reaches it. */
export function apiAddress(container: Container, job: LoadJob): string | null {
  if (job.hostNetwork) return `http://${container.Config.Labels[API_LABEL]}`;
  const [published] = container.NetworkSettings.Ports?.[`${API_PORT}/tcp`] ?? [];
  return published ? `http://127.0.0.1:${published.HostPort}` : null;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
