import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { constants, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { Failure } from '../../../failure.ts';
import { ROOT } from '../../../stage/stages.ts';
import { missingPrograms, searchPath } from '../../missing-programs.ts';

const SCRIPT = join(ROOT, 'apps/cli/src/runtime/native/network/own-network.sh');
/** What each kind of network needs, and the Debian package that has it. */
const PROGRAMS = {
  plain: { ip: 'iproute2', unshare: 'util-linux', nsenter: 'util-linux', setpriv: 'util-linux' },
  bridged: { ip: 'iproute2', iptables: 'iptables', unshare: 'util-linux', setpriv: 'util-linux' },
} as const;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const TRY_LIMIT_MS = 5000;
const TRY = {
  plain: 'ip link set lo up',
  bridged:
    'ip link add stages0 type bridge && iptables -A INPUT -m statistic --mode random --probability 0.5 -j DROP && mount -t tmpfs none /mnt',
} as const;

/**
 * A network namespace in which stacks run. `plain`: every box listens on its loopback address, out of reach for the
 * machine's other users. `bridged`: each box also has a namespace of its own, so that packets between boxes can be dropped.
 */
export type OwnNetwork = 'plain' | 'bridged';

/** The namespace that this process runs in; null: the machine's own. */
export function ownNetwork(): OwnNetwork | null {
  const [kind, id] = (process.env.SCALING_NETWORK ?? '').split(' ');
  if (id === undefined || id !== readlinkSync('/proc/self/ns/net')) return null;
  return kind as OwnNetwork;
}

/** The id of the user who started this: in the user namespace of a bridged network, every process runs as root. */
export function callerUid(): number {
  const outer = process.env.SCALING_NETWORK_UID;
  return outer !== undefined && ownNetwork() !== null ? Number(outer) : userInfo().uid;
}

/**
 * Run a command in a new bridged network, where stacks can be isolated (`UpOptions.isolated`). SIGINT, SIGTERM and SIGHUP
 * are passed on. When this process is killed, the kernel kills the command too, and its stacks end.
 *
 * @param argv the command, e.g. `[process.execPath, ...process.execArgv, ...process.argv.slice(1)]`
 * @returns its exit code, 128 + N after signal N; null when this process is in such a network already
 * @throws Failure when the machine does not allow it: see `networkProblem`
 */
export function inBridgedNetwork(argv: readonly string[]): Promise<number> | null {
  if (ownNetwork() === 'bridged') return null;
  const problem = networkProblem('bridged');
  if (problem !== null)
    throw new Failure('Stacks cannot have a network of their own here.', { next: problem });
  // Its stacks end with the command, so nothing of them is published.
  return runInNewNetwork('bridged', argv, { SCALING_DOORS: '' });
}

/** Run a command in a new network. @returns its exit code, 128 + N after signal N */
export function runInNewNetwork(
  kind: OwnNetwork,
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  const script = ['setpriv', '--pdeathsig', 'KILL', '--', 'bash', SCRIPT, kind, String(process.pid)];
  return runToEnd([...namespaceCommand(kind), ...script, ...argv], environment);
}

/** Run a command with this terminal, and pass signals on. @returns its exit code, 128 + N after signal N */
export async function runToEnd(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const [command = '', ...args] = argv;
  const child = spawn(command, args, {
    stdio: 'inherit',
    env: { ...process.env, SCALING_NETWORK_UID: String(callerUid()), ...environment },
  });
  const pass = (name: NodeJS.Signals): void => {
    // A terminal sends SIGINT to both processes. A second one would end the command without taking its stacks down.
    if (name !== 'SIGINT' || !process.stdin.isTTY) child.kill(name);
  };
  for (const name of SIGNALS) process.on(name, pass);
  try {
    return await exitCode(child);
  } finally {
    for (const name of SIGNALS) process.off(name, pass);
  }
}

function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/** Why stacks cannot have such a network here, and what to do about it; null: they can. */
export function networkProblem(kind: OwnNetwork): string | null {
  if (process.platform !== 'linux') return `Network namespaces need Linux, and this is ${process.platform}.`;
  if (ownNetwork() === kind) return null;
  const programs: Readonly<Record<string, string>> = PROGRAMS[kind];
  const missing = missingPrograms(Object.keys(programs));
  if (missing.length > 0) {
    const packages = new Set(missing.map((program) => programs[program]));
    return `Programs are missing: ${missing.join(', ')}. Install them: \`apt-get install ${[...packages].join(' ')}\`.`;
  }
  const [command = '', ...args] = [...namespaceCommand(kind), 'sh', '-c', TRY[kind]];
  const env = { ...process.env, PATH: searchPath().join(delimiter) };
  const tried = spawnSync(command, args, { encoding: 'utf8', timeout: TRY_LIMIT_MS, env });
  if (tried.status === 0) return null;
  const reason = tried.stderr?.trim().split('\n')[0] || `no answer within ${TRY_LIMIT_MS / 1000} s`;
  const what = kind === 'plain' ? 'network namespaces' : 'network namespaces with packet filters';
  return `The machine does not allow private ${what} (${reason}). Run as root, or allow them: \`sudo sysctl -w kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0\` (the second on Ubuntu).`;
}

/** A bridged network also mounts disks. A plain one keeps an ordinary user's id, so that nothing but the network differs. */
function namespaceCommand(kind: OwnNetwork): string[] {
  const isRoot = process.getuid?.() === 0;
  if (kind === 'bridged')
    return ['unshare', ...(isRoot ? [] : ['--user', '--map-root-user']), '--net', '--mount', '--'];
  return ['unshare', ...(isRoot ? [] : ['--user', '--map-current-user', '--keep-caps']), '--net', '--'];
}
