import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../../failure.ts';

const run = promisify(execFile);
/** More than any stack needs, and no more than its boxes' data takes of the machine's memory. */
const SIZE = '2g';
/** A box that writes meanwhile may take what was left. */
const TRIES = 20;

/**
 * Gives a stack a disk of its own for its boxes' data, in memory: it can run full, and the machine's does not. Only in a
 * process that `inBridgedNetwork` started: the mount is seen by that process and its children alone, and goes with them.
 */
export async function mountDisk(folder: string): Promise<void> {
  await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=755`, 'stack', dataOf(folder)]);
}

/** Leaves no free space on a stack's disk. @throws Failure when the stack has none of its own */
export async function fillDisk(folder: string): Promise<void> {
  refuseSharedDisk(folder);
  for (let tried = 1; ; tried += 1) {
    const { blocks, bfree, bsize } = await statfs(dataOf(folder));
    try {
      return await resize(folder, String((blocks - bfree) * bsize));
    } catch (error) {
      if (tried === TRIES) throw error;
    }
  }
}

/** Gives the space back. */
export async function emptyDisk(folder: string): Promise<void> {
  refuseSharedDisk(folder);
  await resize(folder, SIZE);
}

/** Removes all that a stack left behind, with its disk. */
export async function removeStackFolder(folder: string): Promise<void> {
  if (hasOwnDisk(folder)) await run('umount', [dataOf(folder)]);
  await rm(folder, { recursive: true, force: true });
}

async function resize(folder: string, size: string): Promise<void> {
  await run('mount', ['-o', `remount,size=${size}`, dataOf(folder)]);
}

function dataOf(folder: string): string {
  return join(folder, 'data');
}

function hasOwnDisk(folder: string): boolean {
  if (!existsSync(dataOf(folder))) return false;
  // As proc(5) writes it: spaces and backslashes in octal.
  const path = dataOf(folder).replace(
    /[ \\]/g,
    (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return readFileSync('/proc/self/mounts', 'utf8').includes(` ${path} tmpfs `);
}

function refuseSharedDisk(folder: string): void {
  if (hasOwnDisk(folder)) return;
  throw new Failure(
    'This stack shares its disk with the machine: filling it would disturb everything on it.',
    {
      next: 'Only an isolated stack, as `chaos` starts one, has a disk of its own.',
    },
  );
}
