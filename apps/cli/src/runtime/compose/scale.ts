import { Failure } from '../../failure.ts';
import type { StackId, StackState } from '../runtime.ts';
import { startCompose } from './compose-command.ts';
import { type Container, cpusOf, namesOf } from './containers.ts';
import { engine } from './engine.ts';
import { explain } from './explain.ts';
import { limit, setQuota } from './limit.ts';
import type { Project } from './project.ts';
import { readRecord, writeRecord } from './record.ts';
import { type Stack, stackOf, stateOfStack } from './stack.ts';

const LIMIT_S = 90;

/** Run `count` instances of a service. Compose stops those that go by the service's own signal and grace. */
export async function scale(id: StackId, service: string, count: number): Promise<StackState> {
  const before = await stackOf(id);
  const { project } = before;
  const declared = project.file.services[service];
  if (!declared?.scalable) {
    const names = Object.values(project.file.services).filter((each) => each.scalable);
    throw new Failure(`${service} of stage ${id.stage} cannot be scaled.`, {
      ...(declared ? { where: declared.where } : {}),
      next: `Services that can: ${names.map(({ name }) => name).join(', ') || 'none in this stage'}.`,
    });
  }
  const record = await readRecord(id);
  const ended = await upTo(project, service, count);
  if (ended.failed) {
    const had = instancesOf(before, service).length;
    // All of them, or none: where one does not get ready, nobody would take the others back.
    if (had > 0 && count > had) await upTo(project, service, had);
    throw explain(project, 'docker compose up --scale', { all: ended.all || ended.message });
  }
  if (record !== null) await writeRecord(id, { ...record, scale: { ...record.scale, [service]: count } });
  const after = await stackOf(id);
  await removeVolumes(before, after);
  await limitNew(before, after, service);
  return stateOfStack(await stackOf(id));
}

/** Names no other service: without its dependencies, Compose knows none besides this one. */
function upTo(project: Project, service: string, count: number) {
  return startCompose(
    project,
    [
      'up',
      '--detach',
      '--no-recreate',
      '--no-deps',
      '--no-build',
      '--wait',
      '--wait-timeout',
      String(LIMIT_S),
      '--scale',
      `${service}=${count}`,
      service,
    ],
    { limitMs: (LIMIT_S + 30) * 1000 },
  );
}

function instancesOf(stack: Stack, service: string): Container[] {
  return stack.containers.filter(
    (container) => namesOf(stack.project.file, container.Config.Labels).service === service,
  );
}

/** Compose removes an instance that goes, and leaves what the image declared as its data to nobody. */
async function removeVolumes(before: Stack, after: Stack): Promise<void> {
  const gone = before.containers.filter(({ Id }) => !after.containers.some((each) => each.Id === Id));
  const names = gone.flatMap(({ Mounts }) =>
    Mounts.flatMap(({ Type, Name }) =>
      Type === 'volume' && /^[0-9a-f]{64}$/.test(Name ?? '') ? [Name] : [],
    ),
  );
  await Promise.all(names.map((name) => engine(`/volumes/${name}`, { method: 'DELETE' })));
}

/** A new instance boots without a quota, then gets what its elder siblings have at the moment. */
async function limitNew(before: Stack, after: Stack, service: string): Promise<void> {
  const elders = instancesOf(before, service);
  const [elder] = elders;
  if (elder === undefined) return limit(after.project.id, 'all', 'file');
  const fresh = instancesOf(after, service).filter(({ Id }) => !elders.some((old) => old.Id === Id));
  await Promise.all(fresh.map((container) => setQuota(container, cpusOf(elder))));
}
