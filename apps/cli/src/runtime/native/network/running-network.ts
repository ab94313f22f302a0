import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackId } from '../../runtime.ts';
import { networkFile, socketFolder } from '../make-plan.ts';

/** The network of a stack that runs: a process in it, and where its doors are opened (`doors/keeper.ts`). */
export interface RunningNetwork {
  readonly pid: number;
  /** When that process began, in clock ticks since the machine did: process ids are used again. */
  readonly startedAt: string;
  /** Path of a socket. */
  readonly doors: string;
}

/** The network that a stack runs in. null: it does not run, or runs in the machine's own. */
export function networkOf({ stage, slot }: StackId): RunningNetwork | null {
  return read(networkFile(stage, slot));
}

/** The network of any stack of this user, so that all of them share one as a rule. null: no stack runs in one. */
export function anyNetwork(): RunningNetwork | null {
  for (const name of namesIn(socketFolder())) {
    const found = name.endsWith('.network') ? read(join(socketFolder(), name)) : null;
    if (found !== null) return found;
  }
  return null;
}

/** A process's start in clock ticks, the 22nd field of its `stat` (proc(5)); null: it has ended. */
export function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Its name, the second field, may have spaces and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function read(path: string): RunningNetwork | null {
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as RunningNetwork;
    return startOf(found.pid) === found.startedAt ? found : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
