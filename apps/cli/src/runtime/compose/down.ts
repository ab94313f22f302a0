import type { StackId } from '../runtime.ts';
import { compose } from './compose-command.ts';
import { containersOf } from './containers.ts';
import { engine } from './engine.ts';
import { type Project, projectOf } from './project.ts';
import { readRecord, removeRecord } from './record.ts';

/** Stop and remove a stack: boxes, runs of the load box, networks, data. False when there was nothing. */
export async function down(id: StackId): Promise<boolean> {
  // A record that cannot be read is no reason to leave its boxes running.
  const record = await readRecord(id).catch(() => null);
  const project = await projectOf(id, record ?? {});
  const ran = (await containersOf(project)).length > 0;
  if (ran || (await hasLeftOvers(project))) await removeProject(project);
  await removeRecord(id);
  return ran;
}

/** Everything of the project, however far its `up` came. Its data goes too, so nobody waits for a graceful end. */
export async function removeProject(project: Project): Promise<void> {
  await compose(project, 'down', ['--volumes', '--remove-orphans', '--timeout', '1']);
}

/** Stop the boxes, and keep them and their data. */
export async function stopProject(project: Project): Promise<void> {
  await compose(project, 'stop', ['--timeout', '15']);
}

/** Whether boxes, networks or volumes of an earlier start are there. */
export async function hasLeftOvers(project: Project): Promise<boolean> {
  const filters = encodeURIComponent(
    JSON.stringify({ label: [`com.docker.compose.project=${project.name}`] }),
  );
  const [containers, networks, volumes] = await Promise.all([
    engine<unknown[]>(`/containers/json?all=true&filters=${filters}`),
    engine<unknown[]>(`/networks?filters=${filters}`),
    engine<{ Volumes: unknown[] | null }>(`/volumes?filters=${filters}`),
  ]);
  return containers.length + networks.length + (volumes.Volumes?.length ?? 0) > 0;
}
