import { dirname, resolve } from 'node:path';
import { isMap, isScalar, type YAMLMap } from 'yaml';
import { Failure } from '../failure.ts';
import { bytes, durationMs } from './amounts.ts';
import { type ComposeDocument, onlyKeys, readComposeDocument } from './compose-document.ts';
import { overlay, type RawService } from './compose-extends.ts';
import type {
  ComposeFile,
  ComposePort,
  ComposeService,
  ComposeVolume,
  DependsCondition,
  Healthcheck,
  StageFacts,
} from './compose-service.ts';

const TOP_KEYS = ['name', 'services', 'volumes'];
const SERVICE_KEYS = [
  'extends', 'image', 'build', 'command', 'entrypoint', 'environment', 'labels', 'volumes', 'ports', 'depends_on',
  'healthcheck', 'cpu_period', 'cpu_quota', 'mem_limit', 'shm_size', 'scale', 'profiles', 'restart', 'stop_signal',
  'stop_grace_period', 'user', 'working_dir', 'tmpfs', 'read_only', 'cap_drop', 'security_opt',
]; // biome-ignore format: a table
const FACT_KEYS = ['title', 'users', 'bottleneck', 'cure', 'scenario', 'entry'];

/**
 * Read a stage's compose.yaml as `docker compose config` would: `extends` followed, variables interpolated, relative
 * paths made absolute, defaults filled in. The fidelity test holds it against the real one for every stage.
 *
 * @throws Failure naming file and line for anything it does not know, rather than ignore it.
 */
export async function readComposeFile(
  path: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ComposeFile> {
  const { document, ...read } = await readServices(path, environment);
  return { ...read, facts: facts(document) };
}

/** A file that is laid over a stage's: no `x-stage` of its own. Its paths count from its own folder. */
export async function readAddition(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Omit<ComposeFile, 'facts'>> {
  const { document: _, ...read } = await readServices(path, environment);
  return read;
}

async function readServices(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Omit<ComposeFile, 'facts'> & { readonly document: ComposeDocument }> {
  const document = await readComposeDocument(path, environment);
  onlyKeys(document, document.root, TOP_KEYS, 'a compose file');
  // As in Compose, the environment's word on the project's name goes before the file's.
  const name =
    environment.COMPOSE_PROJECT_NAME ?? String(document.toJs(document.root.get('name', true)) ?? 'scaling');
  const scoped = { COMPOSE_PROJECT_NAME: name, ...environment };
  const open = opener(scoped);
  const scopedDocument = await open(path);
  const services: Record<string, ComposeService> = {};
  for (const { key } of mapOf(scopedDocument, 'services').items) {
    const service = String(isScalar(key) ? key.value : key);
    const raw = await rawService(scopedDocument, service, open, []);
    services[service] = typed(service, scopedDocument.where(key), raw);
  }
  for (const service of Object.values(services)) {
    for (const other of Object.keys(service.dependsOn)) {
      if (!services[other])
        throw new Failure(`${service.name} depends on "${other}", which is not a service of this file.`, {
          where: service.where,
        });
    }
  }
  const volumes = scopedDocument.toJs(scopedDocument.root.get('volumes', true)) ?? {};
  return { path, name, services, volumes: Object.keys(volumes as object), document: scopedDocument };
}

/** Reads each file once: every service of a stage extends one of the same boxes.yaml. */
function opener(
  environment: Readonly<Record<string, string | undefined>>,
): (path: string) => Promise<ComposeDocument> {
  const read = new Map<string, Promise<ComposeDocument>>();
  return (path) => {
    const document = read.get(path) ?? readComposeDocument(path, environment);
    read.set(path, document);
    return document;
  };
}

function mapOf(document: ComposeDocument, key: string): YAMLMap {
  const node = document.root.get(key, true) as unknown;
  if (isMap(node)) return node as YAMLMap;
  throw new Failure(`"${key}" is missing or not a map.`, { where: document.path });
}

function facts(document: ComposeDocument): StageFacts {
  const node = document.root.get('x-stage', true) as unknown;
  const found = (document.toJs(node) ?? {}) as Record<string, unknown>;
  for (const key of FACT_KEYS) {
    if (typeof found[key] !== 'string')
      throw new Failure(`x-stage needs "${key}".`, { where: node ? document.where(node) : document.path });
  }
  if (found.gain !== undefined && found.gain !== 'latency')
    throw new Failure('x-stage: the gain is latency, or not said.', { where: document.where(node) });
  if (found.at !== undefined && found.at !== 'limit')
    throw new Failure('x-stage: what it is compared at is limit, or not said.', {
      where: document.where(node),
    });
  for (const [region, way] of Object.entries((found.regions ?? {}) as object))
    if (!/^[\w-]+:\d+$/.test(String(way)))
      throw new Failure(`x-stage: the way into region ${region} is no SERVICE:PORT.`, {
        where: document.where(node),
      });
  return found as unknown as StageFacts;
}

async function rawService(
  document: ComposeDocument,
  name: string,
  open: (path: string) => Promise<ComposeDocument>,
  seen: readonly string[],
): Promise<RawService> {
  const node = mapOf(document, 'services').get(name, true) as unknown;
  if (!isMap(node)) throw new Failure(`There is no service "${name}" to extend.`, { where: document.path });
  const id = `${document.path}#${name}`;
  if (seen.includes(id)) throw new Failure(`"${name}" extends itself.`, { where: document.where(node) });
  onlyKeys(document, node, SERVICE_KEYS, 'a service');
  onlyKeys(document, node.get('build', true), ['context', 'dockerfile', 'target', 'args'], 'build');
  onlyKeys(document, node.get('extends', true), ['file', 'service'], 'extends');
  onlyKeys(
    document,
    node.get('healthcheck', true),
    ['test', 'start_interval', 'interval', 'timeout', 'retries', 'start_period'],
    'healthcheck',
  );
  const own = absolute(document.toJs(node) as RawService, dirname(document.path));
  const parent = own.extends as { file?: string; service: string } | undefined;
  delete own.extends;
  own.environment = environmentMap(own.environment);
  own.depends_on = dependsMap(own.depends_on);
  for (const key of Object.keys(own)) if (own[key] === undefined) delete own[key];
  if (!parent) return own;
  const from = parent.file ? await open(resolve(dirname(document.path), parent.file)) : document;
  return overlay(await rawService(from, parent.service, open, [...seen, id]), own);
}

function absolute(service: RawService, folder: string): RawService {
  const build = service.build as { context?: string } | undefined;
  const volumes = (service.volumes as string[] | undefined)?.map((mount) =>
    mount.startsWith('.') ? mount.replace(/^[^:]+/, (source) => resolve(folder, source)) : mount,
  );
  return {
    ...service,
    ...(build ? { build: { ...build, context: resolve(folder, build.context ?? '.') } } : {}),
    ...(volumes ? { volumes } : {}),
  };
}

function environmentMap(value: unknown): Record<string, string> | undefined {
  if (value === undefined) return undefined;
  const pairs = Array.isArray(value)
    ? value.map((line: string) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)])
    : Object.entries(value as object).map(([key, text]) => [key, String(text ?? '')]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

function dependsMap(value: unknown): Record<string, unknown> | undefined {
  if (!Array.isArray(value)) return value as Record<string, unknown> | undefined;
  return Object.fromEntries(value.map((name: string) => [name, { condition: 'service_started' }]));
}

function typed(name: string, where: string, raw: RawService): ComposeService {
  const fail = (what: string): never => {
    throw new Failure(`${name}: ${what}`, { where });
  };
  const text = (key: string): string | null => (raw[key] === undefined ? null : String(raw[key]));
  const list = (key: string): string[] => (raw[key] === undefined ? [] : [raw[key]].flat().map(String));
  const words = (key: string): string[] | null => {
    if (raw[key] === undefined) return null;
    return Array.isArray(raw[key]) ? (raw[key] as unknown[]).map(String) : fail(`write ${key} as a list`);
  };
  const size = (key: string): number | null => {
    const value = text(key);
    return value === null ? null : (bytes(value) ?? fail(`${key} "${value}" is not a size`));
  };
  const time = (value: unknown, otherwise: number): number =>
    value === undefined ? otherwise : (durationMs(String(value)) ?? fail(`"${value}" is not a duration`));
  const restart = (text('restart') ?? 'no') as ComposeService['restart'];
  if (!['no', 'always', 'on-failure', 'unless-stopped'].includes(restart))
    fail(`restart "${restart}" is not known`);
  const build = raw.build as { context: string; dockerfile?: string; target?: string } | undefined;
  return {
    name,
    where,
    image: text('image') ?? fail('has no image'),
    build: build
      ? { context: build.context, dockerfile: build.dockerfile ?? 'Dockerfile', target: build.target ?? null }
      : null,
    command: words('command'),
    entrypoint: words('entrypoint'),
    environment: (raw.environment ?? {}) as Record<string, string>,
    labels: environmentMap(raw.labels) ?? {},
    volumes: list('volumes').map((mount) => volume(mount, fail)),
    ports: list('ports').map((published) => port(published, fail)),
    dependsOn: conditions(raw.depends_on, fail),
    healthcheck: healthcheck(raw.healthcheck, time),
    cpuPeriod: raw.cpu_period === undefined ? null : Number(raw.cpu_period),
    cpuQuota: raw.cpu_quota === undefined ? null : Number(raw.cpu_quota),
    memLimit: size('mem_limit'),
    shmSize: size('shm_size'),
    scale: raw.scale === undefined ? 1 : Number(raw.scale),
    scalable: raw.scale !== undefined,
    profiles: list('profiles'),
    restart,
    stopSignal: (text('stop_signal') ?? 'SIGTERM') as NodeJS.Signals,
    stopGracePeriodMs: time(raw.stop_grace_period, 10_000),
    user: text('user'),
    workingDir: text('working_dir'),
    tmpfs: list('tmpfs'),
    readOnly: raw.read_only === true,
    capDrop: list('cap_drop'),
    securityOpt: list('security_opt'),
  };
}

function volume(mount: string, fail: (what: string) => never): ComposeVolume {
  const [source, target, mode] = mount.split(':');
  if (!source || !target || (mode !== undefined && mode !== 'ro'))
    return fail(`"${mount}" is not source:target[:ro]`);
  return { type: source.startsWith('/') ? 'bind' : 'volume', source, target, readOnly: mode === 'ro' };
}

function port(text: string, fail: (what: string) => never): ComposePort {
  const match = /^(\d+\.\d+\.\d+\.\d+):(\d+):(\d+)$/.exec(text);
  if (!match?.[1]) return fail(`port "${text}" is not address:published:target (publish on 127.0.0.1 only)`);
  return { hostIp: match[1], published: Number(match[2]), target: Number(match[3]) };
}

function conditions(value: unknown, fail: (what: string) => never): Record<string, DependsCondition> {
  const found: Record<string, DependsCondition> = {};
  for (const [name, entry] of Object.entries((value ?? {}) as Record<string, { condition?: string }>)) {
    const condition = entry?.condition ?? 'service_started';
    if (!['service_started', 'service_healthy'].includes(condition))
      fail(`depends_on ${name}: "${condition}" is not known`);
    found[name] = condition as DependsCondition;
  }
  return found;
}

function healthcheck(
  value: unknown,
  time: (value: unknown, otherwise: number) => number,
): Healthcheck | null {
  if (!value) return null;
  const check = value as {
    test: string[];
    interval?: string;
    timeout?: string;
    retries?: number;
    start_period?: string;
  };
  return {
    test: check.test,
    intervalMs: time(check.interval, 30_000),
    timeoutMs: time(check.timeout, 30_000),
    retries: check.retries ?? 3,
    startPeriodMs: time(check.start_period, 0),
  };
}
