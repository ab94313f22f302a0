import type { ComposeFile } from '../../stage/compose-service.ts';
import type { Box, BoxState } from '../runtime.ts';
import { engine } from './engine.ts';
import type { Project } from './project.ts';

/** What is used of the engine's `GET /containers/ID/json`. */
export interface Container {
  readonly Id: string;
  readonly Created: string;
  readonly RestartCount: number;
  readonly State: {
    readonly Status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
    readonly Pid: number;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly StartedAt: string;
    readonly Health?: { readonly Status: 'starting' | 'healthy' | 'unhealthy' | 'none' };
  };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  /** `Name` of a volume; one that the image declares has a name of 64 digits. */
  readonly Mounts: readonly { readonly Type: string; readonly Name?: string }[];
  readonly HostConfig: { readonly CpuQuota: number; readonly CpuPeriod: number; readonly NanoCpus: number };
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string } | null>>;
    readonly Ports?: Readonly<Record<string, readonly { readonly HostPort: string }[] | null>>;
  };
}

/** The exit status that SIGKILL leaves. */
const KILLED = 137;

/** What is used of the engine's `GET /containers/json`. */
export interface ListedContainer {
  readonly Id: string;
  readonly State: Container['State']['Status'];
  readonly Labels: Readonly<Record<string, string>>;
}

/** The containers of a stack's boxes, those that stand still too; runs of the load box are none. */
export function listContainers(project: string): Promise<ListedContainer[]> {
  const label = [`com.docker.compose.project=${project}`, 'com.docker.compose.oneoff=False'];
  const filters = encodeURIComponent(JSON.stringify({ label }));
  return engine<ListedContainer[]>(`/containers/json?all=true&filters=${filters}`);
}

export async function containersOf(project: Pick<Project, 'name'>): Promise<Container[]> {
  return Promise.all((await listContainers(project.name)).map(({ Id }) => inspect(Id)));
}

export function inspect(id: string): Promise<Container> {
  return engine<Container>(`/containers/${id}/json`);
}

/** The boxes of a stack in the order of its file, instances by number. */
export function boxesOf(file: ComposeFile, containers: readonly Container[]): Box[] {
  const order = Object.keys(file.services);
  const place = (box: Box) => order.indexOf(box.service);
  return containers
    .map((container) => boxOf(file, container))
    .sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** As much of a stage's file as a box's name needs: whether its service has numbered instances. */
export interface Numbered {
  readonly services: Readonly<Record<string, { readonly scalable: boolean }>>;
}

export function boxOf(file: Numbered, container: Container): Box {
  const { service, name } = namesOf(file, container.Config.Labels);
  const [network] = Object.values(container.NetworkSettings.Networks);
  return {
    name,
    service,
    kind: container.Config.Labels['scaling.kind'] ?? service,
    state: stateOf(container),
    address: network?.IPAddress ?? '',
    cpus: cpusOf(container),
    restarts: container.RestartCount,
    // Elsewhere the engine lives in a virtual machine of its own, and its process ids mean nothing here.
    pid: process.platform === 'linux' && container.State.Pid > 0 ? container.State.Pid : null,
  };
}

/** Service and box name, from a container's labels. */
export function namesOf(
  file: Numbered,
  labels: Readonly<Record<string, string>>,
): { service: string; name: string } {
  const service = labels['com.docker.compose.service'] ?? '';
  const number = labels['com.docker.compose.container-number'] ?? '1';
  return { service, name: file.services[service]?.scalable ? `${service}-${number}` : service };
}

function stateOf({ State: state }: Container): BoxState {
  if (state.Status === 'paused') return 'paused';
  if (state.Status === 'running') {
    if (state.Health === undefined || state.Health.Status === 'none') return 'ready';
    return state.Health.Status === 'healthy' ? 'ready' : state.Health.Status;
  }
  if (state.Status === 'created' || state.Status === 'restarting') return 'starting';
  return state.ExitCode === KILLED && !state.OOMKilled ? 'killed' : 'exited';
}

/** Share of one core; null: no quota. */
export function cpusOf({ HostConfig: host }: Container): number | null {
  if (host.NanoCpus > 0) return host.NanoCpus / 1e9;
  if (host.CpuQuota > 0) return host.CpuQuota / (host.CpuPeriod || 100_000);
  return null;
}
