import type { SetAside, StackId } from '../runtime.ts';
import { boxOf } from './containers.ts';
import { execIn } from './exec.ts';
import { stackOf } from './stack.ts';

/** Path and kibibytes of each former data directory, as `stages/postgres/database.sh` names it. */
const LIST = 'for one in "$PGDATA".aside-*; do if [ -e "$one" ]; then du -sk "$one"; fi; done';

/** Former data in the volumes of running database boxes. */
export async function setAside(id: StackId): Promise<SetAside[]> {
  const { project, containers } = await stackOf(id);
  const databases = containers.flatMap((container) => {
    const box = boxOf(project.file, container);
    const isDatabase = box.kind === 'db' || box.kind === 'replica';
    return isDatabase && container.State.Status === 'running' ? [{ box: box.name, container }] : [];
  });
  const found = await Promise.all(
    databases.map(async ({ box, container }) => {
      const { stdout } = await execIn(container.Id, ['sh', '-c', LIST], {});
      return stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => {
          const [kibibytes = '0', path = ''] = line.split('\t');
          return { box, path, bytes: Number(kibibytes) * 1024 };
        });
    }),
  );
  return found.flat();
}
