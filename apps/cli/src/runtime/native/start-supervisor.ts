import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { chmod, chown, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../cache.ts';
import { Failure } from '../../failure.ts';
import { ROOT, STACKS } from '../../stage/stages.ts';
import { writeWhole } from '../../write-whole.ts';
import { boxUser } from './box-user.ts';
import { connectWhenUp } from './connect-when-up.ts';
import { coverCommands, coversFor } from './covers.ts';
import { makeDataFolder } from './data-folder.ts';
import { mountDisk } from './disk.ts';
import { GROUP, type Limits, scopeCommand } from './limiter/detect.ts';
import { networkFile } from './make-plan.ts';
import { type RunningNetwork, startOf } from './network/running-network.ts';
import type { StackPlan } from './plan.ts';
import { lastLines } from './supervisor/last-lines.ts';

const SOCKET_DEADLINE_MS = 10_000;
const SCRIPTS = join(ROOT, 'apps/cli/src/runtime/native');

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
  const user = boxUser(plan.stage, plan.slot);
  const covers = user === null ? [] : coversFor(await neededByBoxes());
  await makeStackFolder(plan, user);
  await rm(plan.socket, { force: true });
  const planPath = join(plan.folder, 'plan.json');
  const hosts = join(plan.folder, 'hosts');
  const coverScript = covers.length === 0 ? '' : join(plan.folder, 'covers.sh');
  // It has the boxes' passwords.
  await writeFile(planPath, JSON.stringify({ plan, limits, startedAt }, null, 1), { mode: 0o600 });
  await writeFile(hosts, plan.hosts);
  if (coverScript !== '') await writeFile(coverScript, coverCommands(covers, join(SCRIPTS, 'cover.sh')));
  const log = join(plan.folder, 'logs', 'supervisor.log');
  const launcher = launch(plan, limits, log, { hosts, supervisor, plan: planPath, covers: coverScript });
  const reached = await connectWhenUp(plan.socket, launcher, SOCKET_DEADLINE_MS);
  if ('code' in reached) throw refused(log, reached.code);
  reached.socket.destroy();
  await noteNetwork(plan, launcher.pid);
  launcher.unref();
}

/** The boxes' user passes through the stack's folder and reads what is in `data`; nobody else enters it. */
async function makeStackFolder(plan: StackPlan, user: number | null): Promise<void> {
  const data = join(plan.folder, 'data');
  const logs = join(plan.folder, 'logs');
  await mkdir(logs, { recursive: true });
  await chmod(logs, 0o700);
  await makeDataFolder(data);
  if (plan.isolated) await mountDisk(plan.folder);
  await chmod(plan.folder, user === null ? 0o700 : 0o710);
  if (user === null) return;
  for (const folder of [plan.folder, data]) await chown(folder, 0, user);
}

/** Folders that boxes run programs of, read or write. */
async function neededByBoxes(): Promise<string[]> {
  // Several caches may share their parts by a link.
  const folders = [ROOT, STACKS, cacheFolder(), cacheFolder('parts'), dirname(dirname(process.execPath))];
  return await Promise.all(folders.filter((folder) => existsSync(folder)).map((folder) => realpath(folder)));
}

/** Tells later commands where the stack's network is. In the machine's own, and in one that ends with this command, none looks. */
async function noteNetwork({ stage, slot, doors }: StackPlan, pid: number | undefined): Promise<void> {
  const startedAt = pid === undefined ? null : startOf(pid);
  if (doors === null || pid === undefined || startedAt === null) return;
  await writeWhole(
    networkFile(stage, slot),
    JSON.stringify({ pid, startedAt, doors } satisfies RunningNetwork),
  );
}

function launch(
  plan: StackPlan,
  limits: Limits,
  log: string,
  files: Readonly<Record<'hosts' | 'supervisor' | 'plan' | 'covers', string>>,
): ChildProcess {
  const script = join(SCRIPTS, 'launch.sh');
  const uid = String(process.getuid?.() ?? 0);
  const argv = [
    'bash',
    script,
    files.hosts,
    plan.socket,
    uid,
    groupFolders(plan, limits),
    files.covers,
    process.execPath,
    files.supervisor,
    files.plan,
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
