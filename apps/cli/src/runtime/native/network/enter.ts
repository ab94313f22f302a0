import { Failure } from '../../../failure.ts';
import type { StackId } from '../../runtime.ts';
import { openDoorKeeper } from '../doors/open-keeper.ts';
import { networkProblem, ownNetwork, runInNewNetwork, runToEnd } from './own-network.ts';
import { anyNetwork, networkOf, type RunningNetwork } from './running-network.ts';

/** Set to `yes`, stacks run in the machine's own network, where every user of the machine reaches every box. */
const SHARED = 'SCALING_SHARED_NETWORK';

/** Let the stacks of this process run in the machine's own network. */
export function shareNetwork(): void {
  process.env[SHARED] = 'yes';
}

/** Whether stacks may run in the machine's own network. */
export function mayShareNetwork(): boolean {
  return process.env[SHARED] === 'yes';
}

export interface Entering {
  /** The stack that the command is about. */
  readonly id: StackId | null;
  /** The command starts stacks: where none runs, a new network is made. Else it needs the network of its stack. */
  readonly startsStacks: boolean;
  /** Work that needs the machine's own network: parts are fetched. */
  readonly prepare: () => Promise<void>;
  readonly warn: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Run a command in the network of this user's stacks, in which alone their boxes can be reached.
 *
 * @returns its exit code; null: the command is to go on here, because it is there already, or its stack
 *   does not run, or shares the machine's network
 * @throws Failure when root's stacks cannot have a network of their own
 */
export async function inStackNetwork(argv: readonly string[], entering: Entering): Promise<number | null> {
  if (ownNetwork() !== null || mayShareNetwork()) return null;
  const own = entering.id === null ? null : networkOf(entering.id);
  const running = entering.startsStacks ? (own ?? anyNetwork()) : own;
  if (running === null && !entering.startsStacks) return null;
  if (running === null && !canMakeNetwork(entering.warn)) return null;
  if (entering.startsStacks) await entering.prepare();
  // The command's process is the first that a signal can be passed on to.
  entering.signal.throwIfAborted();
  if (running !== null) return await runInRunning(running, argv);
  const keeper = await openDoorKeeper();
  try {
    entering.signal.throwIfAborted();
    return await runInNewNetwork('plain', argv, { SCALING_DOORS: keeper.socket });
  } finally {
    keeper.close();
  }
}

async function runInRunning({ pid, doors }: RunningNetwork, argv: readonly string[]): Promise<number> {
  const namespace = `/proc/${pid}/ns`;
  const user = process.getuid?.() === 0 ? [] : ['--preserve-credentials', `--user=${namespace}/user`];
  const enter = ['nsenter', ...user, `--net=${namespace}/net`, '--', 'setpriv', '--pdeathsig', 'KILL', '--'];
  // Inside, it is the link of the process itself that tells the name of the namespace.
  const mark = ['sh', '-c', 'SCALING_NETWORK="plain $(readlink /proc/self/ns/net)" exec "$@"', 'enter'];
  return await runToEnd([...enter, ...mark, ...argv], { SCALING_DOORS: doors });
}

function canMakeNetwork(warn: (text: string) => void): boolean {
  const problem = networkProblem('plain');
  if (problem === null) return true;
  if (process.getuid?.() === 0)
    throw new Failure('Stacks cannot have a network of their own here.', {
      next: `${problem} Or let every user of this machine reach every box: \`${SHARED}=yes\`.`,
    });
  warn(`Stacks share this machine's network: its other users can reach every box. ${problem}\n`);
  shareNetwork();
  return false;
}
