import { spawn, spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { constants, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { Failure } from '../../failure.ts';
import { ROOT } from '../../stage/stages.ts';
import { missingPrograms, searchPath } from '../missing-programs.ts';

const SCRIPT = join(ROOT, 'apps/cli/src/runtime/native/own-network.sh');
/** What is needed, and the Debian package that has it. */
const PROGRAMS = {
  ip: 'iproute2',
  iptables: 'iptables',
  unshare: 'util-linux',
  setpriv: 'util-linux',
} as const;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const TRY_LIMIT_MS = 5000;
const TRY =
  'ip link add stages0 type bridge && iptables -A INPUT -m statistic --mode random --probability 0.5 -j DROP && mount -t tmpfs none /mnt';

/** Whether this process runs in the namespaces that `inOwnNetwork` made. */
export function isInOwnNetwork(): boolean {
  const marker = process.env.SCALING_OWN_NETWORK;
  return marker !== undefined && marker === readlinkSync('/proc/self/ns/net');
}

/** The id of the user who started this: in the user namespace that `inOwnNetwork` makes, every process runs as root. */
export function callerUid(): number {
  const outer = process.env.SCALING_OWN_NETWORK_UID;
  return outer !== undefined && isInOwnNetwork() ? Number(outer) : userInfo().uid;
}

/**
 * Run a command in a network namespace of its own, where stacks can be isolated (`UpOptions.isolated`). SIGINT, SIGTERM
 * and SIGHUP are passed on. When this process is killed, the kernel kills the command too, and its stacks end.
 *
 * @param argv the command, e.g. `[process.execPath, ...process.execArgv, ...process.argv.slice(1)]`
 * @returns its exit code, 128 + N after signal N; null when this process is in such a namespace already
 * @throws Failure when the machine does not allow it: see `ownNetworkProblem`
 */
export function inOwnNetwork(argv: readonly string[]): Promise<number> | null {
  if (isInOwnNetwork()) return null;
  const problem = ownNetworkProblem();
  if (problem !== null)
    throw new Failure('Stacks cannot have a network of their own here.', { next: problem });
  return runInNewNetwork(argv);
}

async function runInNewNetwork(argv: readonly string[]): Promise<number> {
  const prefix = [...namespaceCommand(), 'setpriv', '--pdeathsig', 'KILL', '--'];
  const [command = '', ...args] = [...prefix, 'bash', SCRIPT, String(process.pid), ...argv];
  const child = spawn(command, args, {
    stdio: 'inherit',
    env: { ...process.env, SCALING_OWN_NETWORK_UID: String(userInfo().uid) },
  });
  const pass = (name: NodeJS.Signals): void => {
    // A terminal sends SIGINT to both processes. A second one would end the command without taking its stacks down.
    if (name !== 'SIGINT' || !process.stdin.isTTY) child.kill(name);
  };
  for (const name of SIGNALS) process.on(name, pass);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    for (const name of SIGNALS) process.off(name, pass);
  }
}

/** Why stacks cannot have a network of their own here, and what to do about it; null: they can. */
export function ownNetworkProblem(): string | null {
  if (process.platform !== 'linux') return `Network namespaces need Linux, and this is ${process.platform}.`;
  if (isInOwnNetwork()) return null;
  const missing = missingPrograms(Object.keys(PROGRAMS));
  if (missing.length > 0) {
    const packages = new Set(missing.map((program) => PROGRAMS[program as keyof typeof PROGRAMS]));
    return `Programs are missing: ${missing.join(', ')}. Install them: \`apt-get install ${[...packages].join(' ')}\`.`;
  }
  const [command = '', ...args] = [...namespaceCommand(), 'sh', '-c', TRY];
  const env = { ...process.env, PATH: searchPath().join(delimiter) };
  const tried = spawnSync(command, args, { encoding: 'utf8', timeout: TRY_LIMIT_MS, env });
  if (tried.status === 0) return null;
  const reason = tried.stderr?.trim().split('\n')[0] || `no answer within ${TRY_LIMIT_MS / 1000} s`;
  return `The machine does not allow private network namespaces with packet filters (${reason}). Run as root, or allow them: \`sudo sysctl -w kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0\` (the second on Ubuntu).`;
}

function namespaceCommand(): string[] {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  return ['unshare', ...user, '--net', '--mount', '--'];
}
