import { readStage } from '../../stage/stages.ts';
import { projectName } from '../native/addresses.ts';
import type { StackId, Usage } from '../runtime.ts';
import { usageOf } from './container-usage.ts';
import { listContainers, namesOf } from './containers.ts';
import { notRunning } from './stack.ts';

/** What the running boxes have used since they started. @throws Failure when the stack is not running. */
export async function usage(id: StackId): Promise<Usage[]> {
  const file = await readStage(id.stage);
  const listed = await listContainers(projectName(id.stage, id.slot));
  if (listed.length === 0) throw notRunning(id);
  const running = listed.filter(({ State }) => State === 'running');
  return Promise.all(
    running.map(async ({ Id, Labels }) => ({
      box: namesOf(file, Labels).name,
      kind: Labels['scaling.kind'] ?? '',
      ...(await usageOf(Id)),
    })),
  );
}
