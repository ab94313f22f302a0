import { Failure } from '../../failure.ts';
import { INNER_PORT, publishedSite } from '../../stage/published-site.ts';
import type { StackId, StackState } from '../runtime.ts';
import { boxesOf, type Container, containersOf, namesOf } from './containers.ts';
import { type Project, projectOf } from './project.ts';
import { readRecord } from './record.ts';

/** A running stack: its project, read as `up` was asked to, and its containers. */
export interface Stack {
  readonly project: Project;
  readonly containers: readonly Container[];
}

/** null when no box of it is there. */
export async function findStack(id: StackId): Promise<Stack | null> {
  const record = await readRecord(id);
  const project = await projectOf(id, record ?? {});
  const containers = await containersOf(project);
  return containers.length === 0 ? null : { project, containers };
}

/** @throws Failure when the stack is not running. */
export async function stackOf(id: StackId): Promise<Stack> {
  const stack = await findStack(id);
  if (stack !== null) return stack;
  throw notRunning(id);
}

export function notRunning(id: StackId): Failure {
  return new Failure(`Stage ${id.stage} is not running.`, {
    next: `Start it with \`pnpm stage ${id.stage} up\`.`,
  });
}

/** @throws Failure when the stack has no such box. */
export function containerOf({ project, containers }: Stack, box: string): Container {
  const found = containers.find((container) => namesOf(project.file, container.Config.Labels).name === box);
  if (found !== undefined) return found;
  const names = boxesOf(project.file, containers).map(({ name }) => name);
  throw new Failure(`Stage ${project.id.stage} has no box "${box}".`, {
    next: `Its boxes: ${names.join(', ')}.`,
  });
}

export async function stateOfStack({ project, containers }: Stack): Promise<StackState> {
  const { id, file } = project;
  const record = await readRecord(id);
  const boxes = boxesOf(file, containers);
  const entry = boxes.find((box) => box.service === file.facts.entry);
  const site = publishedSite(file, file.facts.entry);
  const mail = file.services.mail?.ports[0];
  // A stack that someone started by `docker compose up`: the containers' own times are the nearest there is.
  const created = containers.map((container) => Date.parse(container.Created));
  return {
    ...id,
    runtime: 'compose',
    limiter: boxes.some((box) => box.cpus !== null) ? 'docker' : 'none',
    readyMs: record?.readyMs ?? 0,
    startedAt: record?.startedAt ?? new Date(Math.min(...created)).toISOString(),
    site: `http://localhost:${site?.published ?? ''}`,
    entry: `http://${entry?.address ?? ''}:${INNER_PORT}`,
    mail: `http://localhost:${mail?.published ?? ''}`,
    boxes,
  };
}
