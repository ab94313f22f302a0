import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ROOT } from '../../stage/stages.ts';
import type { SetAside } from '../runtime.ts';
import { folderBytes } from './folder-bytes.ts';

/** Former data beside the data of a stack's boxes, by the name that `prepare` gave it. */
export async function setAside(stackFolder: string): Promise<SetAside[]> {
  const data = join(stackFolder, 'data');
  const names = await readdir(data).catch(() => []);
  return await Promise.all(
    names
      .filter((name) => /\.aside-\d+$/.test(name))
      .map(async (name) => {
        const path = join(data, name);
        const bytes = await folderBytes(path);
        return { box: name.replace(/\.aside-\d+$/, ''), path: relative(ROOT, path), bytes };
      }),
  );
}
