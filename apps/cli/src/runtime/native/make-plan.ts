import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../failure.ts';
import { BOXES_PORT } from '../../observe/boxes-server.ts';
import type { InstalledPart, PartName } from '../../parts/index.ts';
import type { ComposeFile, ComposeService } from '../../stage/compose-service.ts';
import { INNER_PORT, publishedSite, SITE_PORTS } from '../../stage/published-site.ts';
import { ROOT, STACKS } from '../../stage/stages.ts';
import type { Limiter, UpOptions } from '../runtime.ts';
import { boxAddress, MAX_INSTANCES, supervisorAddress } from './addresses.ts';
import { boxUser } from './box-user.ts';
import { launch, partsOf } from './kinds/index.ts';
import { callerUid } from './network/own-network.ts';
import type { BoxPlan, Forward, StackPlan } from './plan.ts';
import { probeOf } from './probe-of.ts';

export interface PlanInputs {
  readonly stage: number;
  readonly slot: number;
  readonly file: ComposeFile;
  readonly parts: ReadonlyMap<PartName, InstalledPart>;
  /** Folder with the bundled apps. */
  readonly apps: string;
  /** Postgres data directory, migrated and seeded, to copy from. */
  readonly template: string;
  /** A broker's prepared log directory and class archive; empty where no box is one. */
  readonly broker: string;
  readonly limiter: Limiter;
  readonly options: UpOptions;
}

const MAILBOX_PORT = 8025;
/** Ports of boxes that every user of the machine may use. */
const FOR_EVERYBODY: readonly number[] = [...SITE_PORTS, MAILBOX_PORT];

/** The parts that a stage's boxes run, each once. */
export function partsNeeded(file: ComposeFile): PartName[] {
  return [...new Set(Object.values(file.services).flatMap(partsOf))];
}

/** Turn a compose file into a plan that the supervisor can carry out without knowing what a part is. */
export function makePlan(inputs: PlanInputs): StackPlan {
  const { stage, slot, file, options } = inputs;
  const folder = stackFolder(stage, slot);
  const services = Object.values(file.services);
  const boxes = services.flatMap((service, index) => boxesOf(inputs, folder, service, index));
  const entry = boxes.find((box) => box.service === file.facts.entry && box.active);
  if (!entry)
    throw new Failure(`x-stage names "${file.facts.entry}" as the entry, and no such box is started.`, {
      where: file.path,
    });
  const forwards = forwardsOf(services, boxes, options.isolated !== true);
  const boxesAt = options.observe ? { address: supervisorAddress(stage, slot), port: BOXES_PORT } : null;
  const mailbox = forwards.find(({ toPort }) => toPort === MAILBOX_PORT);
  const at = (published: number | undefined, unpublished: number): string =>
    published === undefined ? `http://${entry.address}:${unpublished}` : `http://localhost:${published}`;
  const site = publishedSite(file, file.facts.entry);
  return {
    stage,
    slot,
    project: file.name,
    folder,
    socket: socketPath(stage, slot),
    hosts: hostsFile(file.name, boxes, boxesAt),
    limiter: inputs.limiter,
    isolated: options.isolated ?? false,
    doors: process.env.SCALING_DOORS || null,
    scripts: join(ROOT, 'apps/cli/src/runtime/native/network'),
    unlimited: options.unlimited ?? false,
    boxes,
    forwards,
    boxesAt,
    entry: { box: entry.name, port: INNER_PORT },
    site: at(site?.published, INNER_PORT),
    mail: at(mailbox?.port, MAILBOX_PORT),
    deadlineMs: 60_000,
  };
}

/** `<checkout>/.stacks/native/4`, in other slots `4-s1`. */
export function stackFolder(stage: number, slot: number): string {
  return join(STACKS, 'native', slot === 0 ? String(stage) : `${stage}-s${slot}`);
}

/** Short, whatever the checkout's path: a unix socket's path has at most 107 bytes. Addresses are the machine's, so is this. */
export function socketFolder(): string {
  return join(tmpdir(), `scaling-${callerUid()}`);
}

/** Beside the socket: where the stack's network is (`network/running-network.ts`). */
export function networkFile(stage: number, slot: number): string {
  return join(socketFolder(), `${stage}-s${slot}.network`);
}

export function socketPath(stage: number, slot: number): string {
  return join(socketFolder(), `${stage}-s${slot}.sock`);
}

function boxesOf(inputs: PlanInputs, folder: string, service: ComposeService, index: number): BoxPlan[] {
  const { stage, slot, options } = inputs;
  const kind = service.labels['scaling.kind'];
  if (!kind) throw new Failure(`${service.name} has no label "scaling.kind".`, { where: service.where });
  const wanted = options.scale?.[service.name] ?? service.scale;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > (service.scalable ? MAX_INSTANCES : 1)) {
    throw new Failure(`${service.name} cannot run ${wanted} instances.`, {
      where: service.where,
      next: service.scalable
        ? `Choose 1 to ${MAX_INSTANCES}.`
        : 'Only a service with "scale" in compose.yaml can be scaled.',
    });
  }
  const count = service.scalable ? MAX_INSTANCES : 1;
  const user = boxUser(stage, slot);
  return Array.from({ length: count }, (_, i) => {
    const name = service.scalable ? `${service.name}-${i + 1}` : service.name;
    const address = boxAddress(stage, slot, index, service.scalable ? i + 1 : 0);
    const environment = nativeEnvironment(service, name, address);
    const started = launch({
      service,
      name,
      address,
      environment,
      parts: inputs.parts,
      apps: inputs.apps,
      template: inputs.template,
      broker: inputs.broker,
      folder,
      isolated: options.isolated ?? false,
      user,
    });
    return {
      name,
      service: service.name,
      kind,
      address,
      active: i < wanted && service.profiles.length === 0,
      job: service.profiles.length > 0,
      where: service.where,
      argv: started.argv,
      cwd: started.cwd ?? folder,
      environment: { ...environment, ...started.environment },
      prepare: started.prepare ?? [],
      probe: probeOf(service, environment),
      healthcheck: service.healthcheck,
      dependsOn: service.dependsOn,
      restart: service.restart,
      stopSignal: service.stopSignal,
      stopGracePeriodMs: service.stopGracePeriodMs,
      cpus: options.cpus?.[kind] ?? share(service),
      cpuPeriod: service.cpuPeriod ?? 100_000,
      memoryBytes: service.memLimit,
      user,
    };
  });
}

function share(service: ComposeService): number | null {
  if (service.cpuQuota === null) return null;
  return service.cpuQuota / (service.cpuPeriod ?? 100_000);
}

/** The file's environment, with what differs where boxes share one kernel's loopback: each listens on its own address. */
function nativeEnvironment(service: ComposeService, name: string, address: string): Record<string, string> {
  const { BOX_RESOLVER: _, ...declared } = service.environment;
  return { ...declared, BOX_ADDRESS: address, BOX_NAME: name };
}

function forwardsOf(
  services: readonly ComposeService[],
  boxes: readonly BoxPlan[],
  keepsAddress: boolean,
): Forward[] {
  return services.flatMap((service) => {
    const box = boxes.find((each) => each.service === service.name);
    if (!box) return [];
    return service.ports.map(({ hostIp, published, target }) => ({
      host: hostIp,
      port: published,
      toAddress: box.address,
      toPort: target,
      isFor: FOR_EVERYBODY.includes(target) ? 'everybody' : 'owner',
      keepsAddress,
    }));
  });
}

function hostsFile(project: string, boxes: readonly BoxPlan[], boxesAt: StackPlan['boxesAt']): string {
  const lines = boxes.map((box) => {
    const container = box.name === box.service ? `${project}-${box.service}-1` : `${project}-${box.name}`;
    const service = box.name !== box.service && box.active ? ` ${box.service}` : '';
    return `${box.address} ${box.name} ${container}${service}`;
  });
  if (boxesAt !== null) lines.push(`${boxesAt.address} boxes`);
  // Java asks for the machine's own name when it starts, and would wait for a name server that may not be there.
  return `127.0.0.1 localhost ${hostname()}\n::1 localhost\n${lines.join('\n')}\n`;
}
