import { statfs } from 'node:fs/promises';
import { availableParallelism, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { partsFolder } from '../parts/index.ts';
import { codeOf } from '../parts/source-failed.ts';
import { ROOT } from '../stage/stages.ts';

export interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly kernel: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly user: 'root' | 'ordinary';
  readonly disks: readonly Disk[];
}

export interface Disk {
  readonly holds: 'cache' | 'checkout';
  readonly path: string;
  readonly freeBytes: number;
}

export async function readMachine(): Promise<Machine> {
  const cache = partsFolder();
  return {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    kernel: release(),
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    user: process.getuid?.() === 0 ? 'root' : 'ordinary',
    disks: [
      { holds: 'cache', path: cache, freeBytes: await freeBytes(cache) },
      { holds: 'checkout', path: ROOT, freeBytes: await freeBytes(ROOT) },
    ],
  };
}

/** Free bytes for this user where the folder lies or would be made. */
async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
    return freeBytes(dirname(folder));
  }
}
