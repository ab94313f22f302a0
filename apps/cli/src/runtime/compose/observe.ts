import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dashboard } from '../../observe/dashboard.ts';
import type { ComposeFile } from '../../stage/compose-service.ts';
import { boxesBundle } from '../program-bundle.ts';
import { engineAddress } from './engine-address.ts';
import type { Project } from './project.ts';

/** Variables of `stages/observe/compose.yaml`, for one copy of a stage whose folder this is. */
export function observeVariables(file: ComposeFile, folder: string): Record<string, string> {
  const scalable = Object.values(file.services).filter((service) => service.scalable);
  const address = engineAddress();
  // Elsewhere the engine's own machine has its socket at the usual place, whatever this one's way to it is.
  const here = process.platform === 'linux' && address !== null && 'socketPath' in address;
  return {
    OBSERVE_FOLDER: observeFolder(folder),
    OBSERVE_SCALABLE: scalable.map(({ name }) => name).join(','),
    ...(here ? { OBSERVE_SOCKET: address.socketPath } : {}),
  };
}

/** Write what the observers' containers mount: the program that tells of the boxes, and the stage's dashboard. */
export async function prepareObservers({ id, file, folder }: Project): Promise<void> {
  const own = observeFolder(folder);
  await mkdir(join(own, 'dashboards'), { recursive: true });
  await copyFile(await boxesBundle(), join(own, 'boxes.mjs'));
  const text = JSON.stringify(dashboard(id.stage, file), null, 2);
  await writeFile(join(own, 'dashboards', 'stage.json'), `${text}\n`);
}

function observeFolder(stackFolder: string): string {
  return join(stackFolder, 'observe');
}
