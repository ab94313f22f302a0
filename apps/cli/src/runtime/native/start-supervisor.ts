import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Failure } from '../../failure.ts';
import { ROOT } from '../../stage/stages.ts';
import { makeDataFolder } from './data-folder.ts';
import { mountDisk } from './disk.ts';
import { GROUP, type Limits, scopeCommand } from './limiter/detect.ts';
import { socketFolder } from './make-plan.ts';
import type { StackPlan } from './plan.ts';
import { lastLines } from './supervisor/last-lines.ts';

const SOCKET_DEADLINE_MS = 10_000;

/**
 * Start the process that owns a stack; resolves when it answers on its socket.
 *
 * @throws Failure quoting its log when it ends instead (no permission for namespaces, say).
 */
export async function startSupervisor(
  plan: StackPlan,
  limits: Limits,
  supervisor: string,
  startedAt: number,
): Promise<void> {
  await mkdir(join(plan.folder, 'logs'), { recursive: true });
  await makeDataFolder(join(plan.folder, 'data'));
  if (plan.isolated) await mountDisk(plan.folder);
  await mkdir(socketFolder(), { recursive: true, mode: 0o700 });
  await rm(plan.socket, { force: true });
  const planPath = join(plan.folder, 'plan.json');
  const hosts = join(plan.folder, 'hosts');
  await writeFile(planPath, JSON.stringify({ plan, limits, startedAt }, null, 1));
  await writeFile(hosts, plan.hosts);
  const log = join(plan.folder, 'logs', 'supervisor.log');
  const launcher = launch(plan, limits, log, [hosts, supervisor, planPath]);
  let ended: number | null = null;
  launcher.once('exit', (code) => {
    ended = code ?? 1;
  });
  launcher.once('error', () => {
    ended = 127;
  });
  const deadline = Date.now() + SOCKET_DEADLINE_MS;
  while (!(await answers(plan.socket))) {
    if (ended !== null || Date.now() > deadline) throw refused(log, ended);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  launcher.unref();
}

/** The socket appears a moment before somebody listens on it. */
async function answers(socket: string): Promise<boolean> {
  if (!existsSync(socket)) return false;
  return await new Promise((resolve) => {
    const attempt = connect(socket);
    attempt.once('connect', () => {
      attempt.destroy();
      resolve(true);
    });
    attempt.once('error', () => resolve(false));
  });
}

function launch(
  plan: StackPlan,
  limits: Limits,
  log: string,
  files: [hosts: string, supervisor: string, plan: string],
): ChildProcess {
  const [hosts, supervisor, planPath] = files;
  const script = join(ROOT, 'apps/cli/src/runtime/native/launch.sh');
  const uid = String(process.getuid?.() ?? 0);
  const argv = [
    'bash',
    script,
    hosts,
    plan.socket,
    uid,
    groupFolders(plan, limits),
    process.execPath,
    supervisor,
    planPath,
  ];
  const [command = '', ...args] = limits.limiter === 'cgroup-v2' && limits.scope ? scopeCommand(argv) : argv;
  const output = openSync(log, 'a');
  try {
    // A session of its own: Ctrl-C at the terminal is for the verb, which then asks the supervisor to end.
    return spawn(command, args, { detached: true, stdio: ['ignore', output, output], cwd: plan.folder });
  } finally {
    closeSync(output);
  }
}

/** Control groups to remove when the stack is gone, colon separated. */
function groupFolders(plan: Pick<StackPlan, 'project'>, limits: Limits): string {
  if (limits.limiter === 'stop-and-go') return '';
  if (limits.limiter === 'cgroup-v2') return limits.scope ? 'scope' : join(limits.mount, GROUP, plan.project);
  const { cpu, cpuacct, memory } = limits.mounts;
  return [cpu, cpuacct, memory]
    .filter((root) => root !== null)
    .map((root) => join(root, GROUP, plan.project))
    .join(':');
}

function refused(log: string, code: number | null): Failure {
  const said = lastLines(log, 6).join('\n  ');
  const namespaces = /unshare|Operation not permitted|Permission denied/i.test(said);
  return new Failure(
    `The supervisor ${code === null ? 'did not answer in time' : `ended with ${code}`}.${said ? ` It said:\n  ${said}` : ''}`,
    {
      where: log,
      next: namespaces
        ? 'This machine lets ordinary users make no namespaces. Allow it (`sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` on Ubuntu), run as root, or use --runtime compose.'
        : 'Run `pnpm stage doctor`.',
    },
  );
}
