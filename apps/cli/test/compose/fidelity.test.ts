import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { durationMs } from '../../src/stage/amounts.ts';
import type { ComposeFile, ComposeService } from '../../src/stage/compose-service.ts';
import { OBSERVE_FILE, withObservers } from '../../src/stage/observed.ts';
import { listStages, readStage } from '../../src/stage/stages.ts';
import { engineIsUp } from './gate.ts';

await engineIsUp();
const stages = await listStages();
const plugin = hasPlugin();

/** A service as `docker compose config --format json` prints it. */
type Printed = Readonly<Record<string, unknown>>;

/** Both runtimes run the same boxes: what the native one reads is what Compose reads, key by key. */
describe.skipIf(!plugin)(
  `the native reader reads a stage’s compose file as Docker Compose does${plugin ? '' : ' (skipped: no Compose plugin here)'}`,
  () => {
    describe.each(stages)('$name', (stage) => {
      const settings = {
        SITE_PORT: '9001',
        WORKERS: '2',
        SHARDS: '6',
        SHOWS: '50',
        EU_PORT: '9301',
        READ_YOUR_WRITES: 'off',
        SYNCHRONOUS_STANDBYS: '',
        DATABASE_URL: 'postgres://shop@elsewhere/shop',
        COMPOSE_PROJECT_NAME: 'scaling-x',
      };
      it.each([
        ['as it is', {}],
        ['with its variables set', settings],
      ])('%s', async (_, environment) => {
        compareFiles(await readStage(stage.number, environment), config([stage.composePath], environment));
      });

      it('with what observes it, whose paths lead to the same place from the stage’s folder', async () => {
        const environment = { ...settings, PROMETHEUS_PORT: '9501', OBSERVE_FOLDER: '/tmp/observe' };
        compareFiles(
          await withObservers(await readStage(stage.number, environment), environment),
          config([stage.composePath, OBSERVE_FILE], environment),
        );
      });
    });
  },
);

function compareFiles(read: ComposeFile, printed: Config): void {
  expect(Object.keys(read.services).sort()).toEqual(Object.keys(printed.services).sort());
  expect([...read.volumes].sort()).toEqual(Object.keys(printed.volumes ?? {}).sort());
  for (const [name, service] of Object.entries(read.services)) {
    expect({ name, ...comparable(service) }).toEqual({
      name,
      ...normalised(printed.services[name] ?? {}),
    });
  }
}

interface Config {
  readonly name: string;
  readonly services: Readonly<Record<string, Printed>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

function config(paths: readonly string[], environment: Readonly<Record<string, string>>): Config {
  const { PATH, HOME, DOCKER_CONFIG } = process.env;
  const files = paths.flatMap((path) => ['--file', path]);
  const argv = ['compose', ...files, '--profile', '*', 'config', '--format', 'json'];
  const env = { PATH, HOME, DOCKER_CONFIG, ...environment };
  return JSON.parse(execFileSync('docker', argv, { env, encoding: 'utf8', timeout: 20_000 })) as Config;
}

/** Every key that Compose prints must be known here: one that is new to both would otherwise pass unseen. */
function normalised(printed: Printed): object {
  const {
    image, build, command, entrypoint, environment, labels, volumes, ports, depends_on, healthcheck, cpu_period,
    cpu_quota, mem_limit, shm_size, scale, profiles, restart, stop_signal, stop_grace_period, user, working_dir, tmpfs,
    read_only, cap_drop, security_opt, networks, ...unknown
  } = printed as Record<string, never>; // biome-ignore format: a table
  expect(unknown, 'keys that this comparison does not know').toEqual({});
  expect(networks, 'only the project’s own network').toEqual({ default: null });
  return {
    image,
    build: build ?? null,
    command: unescaped(command) ?? null,
    entrypoint: unescaped(entrypoint) ?? null,
    environment: unescaped(environment) ?? {},
    labels: labels ?? {},
    volumes: ((volumes ?? []) as Printed[])
      .map((each) => ({
        type: each.type,
        source: each.source,
        target: each.target,
        readOnly: each.read_only === true,
      }))
      .sort(byTarget),
    ports: ((ports ?? []) as Printed[]).map((each) => ({
      hostIp: each.host_ip,
      published: Number(each.published),
      target: each.target,
    })),
    dependsOn: Object.fromEntries(
      Object.entries((depends_on ?? {}) as Record<string, Printed>).map(([name, each]) => [
        name,
        each.condition,
      ]),
    ),
    healthcheck: healthcheck === undefined ? null : probe(healthcheck),
    cpuPeriod: cpu_period ?? null,
    cpuQuota: cpu_quota ?? null,
    memLimit: mem_limit === undefined ? null : Number(mem_limit),
    shmSize: shm_size === undefined ? null : Number(shm_size),
    scale: scale ?? 1,
    profiles: profiles ?? [],
    restart: restart ?? 'no',
    stopSignal: stop_signal ?? 'SIGTERM',
    stopGracePeriodMs: milliseconds(stop_grace_period ?? '10s'),
    user: user ?? null,
    workingDir: working_dir ?? null,
    tmpfs: tmpfs ?? [],
    readOnly: read_only ?? false,
    capDrop: cap_drop ?? [],
    securityOpt: security_opt ?? [],
  };
}

function probe(check: Printed): object {
  return {
    test: unescaped(check.test),
    intervalMs: milliseconds(check.interval ?? '30s'),
    timeoutMs: milliseconds(check.timeout ?? '30s'),
    retries: check.retries ?? 3,
    startPeriodMs: milliseconds(check.start_period ?? '0s'),
  };
}

/** What the native reader adds for itself is left out: where a service stands, and whether it can be scaled. */
function comparable({ where: _where, scalable: _scalable, name: _name, ...service }: ComposeService): object {
  return { ...service, volumes: [...service.volumes].sort(byTarget) };
}

/** `config` prints text ready to be interpolated again: a dollar sign twice. */
function unescaped<T>(value: T): T {
  return value === undefined || value === null
    ? value
    : (JSON.parse(JSON.stringify(value).replaceAll('$$', '$')) as T);
}

function milliseconds(duration: unknown): number | null {
  return durationMs(String(duration));
}

function byTarget(a: { target?: unknown }, b: { target?: unknown }): number {
  return String(a.target).localeCompare(String(b.target));
}

function hasPlugin(): boolean {
  try {
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}
