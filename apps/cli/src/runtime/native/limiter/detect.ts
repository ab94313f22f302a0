import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1Mounts } from './cgroup-v1.ts';

/** What can cap the boxes on this machine for this user, and how the supervisor gets at it. */
export type Limits =
  | { readonly limiter: 'cgroup-v1'; readonly mounts: V1Mounts }
  /** `scope`: an ordinary user's delegated scope, made by systemd-run; else a folder that root makes. */
  | { readonly limiter: 'cgroup-v2'; readonly mount: string; readonly scope: boolean }
  /** The supervisor itself, where the kernel's quotas are not to be had. */
  | { readonly limiter: 'stop-and-go'; readonly why: string };

/** Name of the group below which all stacks of this machine have theirs. */
export const GROUP = 'scaling-0-to-millions';

const SCOPE = ['systemd-run', '--user', '--scope', '--quiet', '--collect', '-p', 'Delegate=yes', '--'];

/** The command that starts another inside a delegated scope of the user's. */
export function scopeCommand(argv: readonly string[]): string[] {
  return [...SCOPE, ...argv];
}

export function detectLimits(mounts: string = readFileSync('/proc/mounts', 'utf8')): Limits {
  if (process.env.SCALING_LIMITER === 'stop-and-go')
    return { limiter: 'stop-and-go', why: 'SCALING_LIMITER asks for it' };
  const v2 = mountOf(mounts, (type) => type === 'cgroup2');
  const unified = v2 !== null && hasCpu(v2);
  if (unified && writable(v2)) return { limiter: 'cgroup-v2', mount: v2, scope: false };
  const cpu = mountOf(mounts, (type, options) => type === 'cgroup' && options.includes('cpu'));
  const cpuacct = mountOf(mounts, (type, options) => type === 'cgroup' && options.includes('cpuacct'));
  if (cpu && cpuacct && writable(cpu)) {
    const memory = mountOf(mounts, (type, options) => type === 'cgroup' && options.includes('memory'));
    return {
      limiter: 'cgroup-v1',
      mounts: { cpu, cpuacct, memory: memory && writable(memory) ? memory : null },
    };
  }
  if (unified && delegates()) return { limiter: 'cgroup-v2', mount: v2, scope: true };
  return { limiter: 'stop-and-go', why: reason(unified, cpu !== null) };
}

function reason(v2: boolean, v1: boolean): string {
  if (!v2 && !v1) return 'this kernel offers no cpu control group here';
  return 'an ordinary user may not set CPU quotas here (systemd gives this user no scope with the cpu controller)';
}

function mountOf(mounts: string, fits: (type: string, options: string[]) => boolean): string | null {
  for (const line of mounts.split('\n')) {
    const [, path = '', type = '', options = ''] = line.split(' ');
    if (fits(type, options.split(','))) return path;
  }
  return null;
}

function hasCpu(mount: string): boolean {
  const file = join(mount, 'cgroup.controllers');
  return existsSync(file) && readFileSync(file, 'utf8').split(/\s/).includes('cpu');
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function delegates(): boolean {
  const script = 'grep -qw cpu "/sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup)/cgroup.controllers"';
  const [command = '', ...args] = scopeCommand(['sh', '-c', script]);
  return spawnSync(command, args, { timeout: 3000, stdio: 'ignore' }).status === 0;
}
