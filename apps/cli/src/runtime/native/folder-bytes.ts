import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What a folder takes on the disk, in bytes. What goes away meanwhile counts nothing. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  let sum = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const found = await lstat(join(entry.parentPath, entry.name)).catch(() => null);
    sum += (found?.blocks ?? 0) * 512;
  }
  return sum;
}
