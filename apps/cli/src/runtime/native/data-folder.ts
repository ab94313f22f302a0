import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The folder that boxes have their data in, each in one of its own. ext4 passes over inodes that were freed within the last
 * minute one by one (`recently_deleted` in its ialloc.c), and looks for new ones near the folder's own: whoever ends a
 * stack and starts it again waited 2 s for five databases. Below a "top of a hierarchy" (T, chattr(1)) folders are spread over
 * the disk, and find room at once: 0.3 s. Where there is no such flag, copies just take longer.
 */
export async function makeDataFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await run('chattr', ['+T', path]).catch(() => undefined);
}
