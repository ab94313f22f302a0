import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectName } from '../../src/runtime/native/addresses.ts';
import { GROUP } from '../../src/runtime/native/limiter/detect.ts';
import { socketPath, stackFolder } from '../../src/runtime/native/make-plan.ts';

const CONTROLLERS = [
  '/sys/fs/cgroup',
  '/sys/fs/cgroup/cpu',
  '/sys/fs/cgroup/cpuacct',
  '/sys/fs/cgroup/memory',
];

/** What a native stack has left on this machine: processes, control groups, its socket, its folder. */
export function leftovers(stage: number, slot: number): string[] {
  const folder = stackFolder(stage, slot);
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => commandLine(pid).includes(`${folder}/`))
    .map((pid) => `process ${pid}: ${commandLine(pid)}`);
  const groups = CONTROLLERS.map((root) => join(root, GROUP, projectName(stage, slot)));
  return [...processes, ...[...groups, socketPath(stage, slot), folder].filter((path) => existsSync(path))];
}

/** The process that owns a native stack; undefined: there is none. */
export function supervisorOf(stage: number, slot: number): number | undefined {
  const plan = join(stackFolder(stage, slot), 'plan.json');
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((pid) => /^\S*node \S+ \S+ $/.test(commandLine(pid)) && commandLine(pid).includes(`${plan} `));
  return found === undefined ? undefined : Number(found);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // It has ended meanwhile.
  }
}

/** Wait, bounded, until something holds. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 5000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
