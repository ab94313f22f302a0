import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { detectLimits } from '../runtime/native/limiter/detect.ts';

export interface Spinner {
  stop(): Promise<void>;
}

/**
 * One process per core that takes only time nobody else wants: it keeps virtual CPUs from halting, whose waking up
 * would be measured (closed loop, saturated: P95 195 ms without, 105 ms with). It must give way to everything, and
 * SCHED_IDLE alone does not across control groups: so it gets a group of its own with `cpu.idle`.
 *
 * @returns null where this user may not do that.
 */
export async function startSpinner(): Promise<Spinner | null> {
  const group = idleGroup();
  if (group === null || spawnSync('chrt', ['--version'], { timeout: 3000 }).status !== 0) return null;
  const children = Array.from({ length: availableParallelism() }, (_, core) => spin(group, core));
  const started = await Promise.all(
    children.map((child) =>
      once(child, 'spawn').then(
        () => true,
        () => false,
      ),
    ),
  );
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    await Promise.all(children.map(ended));
    rmdirSync(group);
  };
  const kill = (): void => {
    for (const child of children) child.kill('SIGKILL');
  };
  process.on('exit', kill);
  if (started.every(Boolean)) return { stop };
  await stop();
  return null;
}

function spin(group: string, core: number): ChildProcess {
  // Joins the group, then spins in bursts of some milliseconds and looks whether its parent still lives: it ends
  // even when that was killed and could not end it.
  const script = `echo $$ > "$1" && exec chrt --idle 0 taskset -c ${core} sh -c '
    while kill -0 "$0" 2>/dev/null; do i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; done' "$2"`;
  return spawn('sh', ['-c', script, 'spinner', join(group, 'cgroup.procs'), String(process.pid)], {
    stdio: 'ignore',
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** A control group that only gets what is left over; null where it cannot be made. */
function idleGroup(): string | null {
  const limits = detectLimits();
  if (limits.limiter === 'stop-and-go' || (limits.limiter === 'cgroup-v2' && limits.scope)) return null;
  const root = limits.limiter === 'cgroup-v1' ? limits.mounts.cpu : limits.mount;
  const group = join(root, `scaling-spinner-${process.pid}`);
  mkdirSync(group, { recursive: true });
  const idle = join(group, 'cpu.idle');
  if (existsSync(idle)) {
    writeFileSync(idle, '1');
    if (readFileSync(idle, 'utf8').trim() === '1') return group;
  }
  rmdirSync(group);
  return null;
}
