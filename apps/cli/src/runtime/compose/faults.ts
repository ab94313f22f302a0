import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Failure } from '../../failure.ts';
import { DROP_NOTHING, dropRule, refuseImpossibleDrop } from '../drop-packets.ts';
import { missingPrograms } from '../missing-programs.ts';
import type { Fault, FaultDriver, StackId } from '../runtime.ts';
import type { Container } from './containers.ts';
import { engine } from './engine.ts';
import { engineAddress } from './engine-address.ts';
import { containerOf, type Stack, stackOf } from './stack.ts';

const run = promisify(execFile);
const NO_DISKS = 'Containers share the disk of the engine: filling it would disturb the whole machine.';
const ONE_CLOCK =
  'All containers read the clock of the engine’s machine: Linux has no wall clock for one container.';

/**
 * The faults of the Compose runtime. Packets are dropped by a packet filter in the containers' own network namespaces,
 * which only root on the engine's machine can enter. A container that starts again has a new namespace without it.
 */
export const composeFaults: FaultDriver = {
  can,
  pause: async (id, box) => {
    const container = containerOf(await stackOf(id), box);
    if (container.State.Status === 'paused') return;
    if (container.State.Status !== 'running') throw new Failure(`${box} is not running.`, { where: box });
    await engine(`/containers/${container.Id}/pause`, { method: 'POST' });
  },
  resume: async (id, box) => resumeContainer(containerOf(await stackOf(id), box)),
  drop,
  undrop: async (id) => {
    const { containers } = await stackOf(id);
    const running = containers.filter(({ State }) => State.Pid > 0);
    if (canFilter() === true) await Promise.all(running.map((each) => filter(each, DROP_NOTHING)));
  },
  fill: refuseDisks,
  unfill: refuseDisks,
};

/** Let a paused container go on; any other is left alone. */
export async function resumeContainer(container: Container): Promise<void> {
  if (container.State.Status === 'paused')
    await engine(`/containers/${container.Id}/unpause`, { method: 'POST' });
}

function can(fault: Fault): true | string {
  if (fault === 'full-disk') return NO_DISKS;
  if (fault === 'clock-step') return ONE_CLOCK;
  return fault === 'pause' || fault === 'quota' ? true : canFilter();
}

function canFilter(): true | string {
  const address = engineAddress();
  const isLocal = process.platform === 'linux' && address !== null && 'socketPath' in address;
  if (!isLocal || process.getuid?.() !== 0)
    return 'Only root on the machine of a Linux engine can drop packets between containers.';
  const missing = missingPrograms(['nsenter', 'iptables']);
  return missing.length === 0 ? true : `Programs are missing: ${missing.join(', ')}.`;
}

async function drop(id: StackId, a: string, b: string, share: number, oneWay = false): Promise<void> {
  const able = canFilter();
  if (able !== true) throw new Failure(able);
  refuseImpossibleDrop(a, b, share);
  const stack = await stackOf(id);
  const ways = [
    [b, a],
    [a, b],
  ] as const;
  for (const [box, peer] of oneWay ? ways.slice(0, 1) : ways) {
    for (const address of addressesOf(stack, peer))
      await filter(containerOf(stack, box), dropRule(address, share));
  }
}

function addressesOf(stack: Stack, box: string): string[] {
  const networks = Object.values(containerOf(stack, box).NetworkSettings.Networks);
  return networks.flatMap((network) => (network?.IPAddress ? [network.IPAddress] : []));
}

async function filter(container: Container, rule: readonly string[]): Promise<void> {
  const { Pid } = container.State;
  if (Pid === 0) throw new Failure('A container that is not running has no network.');
  await run('nsenter', [`--net=/proc/${Pid}/ns/net`, '--', 'iptables', '--wait', ...rule]);
}

async function refuseDisks(): Promise<never> {
  throw new Failure(NO_DISKS);
}
