import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** When the newest of these files, or of the files in these folders, was changed; 0 when there is none. */
export async function newest(paths: readonly string[]): Promise<number> {
  const times = await Promise.all(paths.map(changedAt));
  return Math.max(0, ...times);
}

async function changedAt(path: string): Promise<number> {
  const found = await stat(path).catch(absent);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const names = await readdir(path);
  // The folder's own time tells of files that were removed.
  return Math.max(found.mtimeMs, await newest(names.map((name) => join(path, name))));
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
