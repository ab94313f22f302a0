import { existsSync } from 'node:fs';
import { findPart, type InstalledPart, type PartName, recipes } from '../parts/index.ts';
import { dockerEngineAnswers } from '../runtime/compose/engine.ts';
import { detectLimits } from '../runtime/native/limiter/detect.ts';
import { networkProblem } from '../runtime/native/network/own-network.ts';
import type { Limiter } from '../runtime/runtime.ts';
import { type Machine, readMachine } from './machine.ts';
import { type Namespaces, tryNamespaces } from './namespaces.ts';

export interface Diagnosis {
  readonly runtime: 'compose' | 'native' | null;
  readonly limiter: Limiter;
  readonly docker: boolean;
  readonly namespaces: Namespaces;
  /** What caps the boxes natively, and why nothing does where nothing does. */
  readonly quotas: { readonly limiter: Limiter; readonly why?: string };
  /** Whether natively each box can have a network of its own, so that packets between two boxes can be dropped. */
  readonly ownNetworks: { readonly possible: boolean; readonly why?: string };
  /** Why native stacks would share the machine's network with its other users; absent: they do not. */
  readonly sharedNetwork?: string;
  readonly machine: Machine;
  readonly parts: readonly PartFinding[];
  /** What to do, most pressing first; empty when all is well. */
  readonly advice: readonly string[];
}

const SYSTEMD = '/run/systemd/system';
/** systemd.resource-control(5), Delegate=; user sessions get no cpu controller by themselves. */
const DELEGATE =
  'sudo sh -c \'mkdir -p /etc/systemd/system/user@.service.d && printf "[Service]\\nDelegate=cpu memory pids\\n" > /etc/systemd/system/user@.service.d/delegate.conf && systemctl daemon-reload\'';

export interface PartFinding {
  readonly name: PartName;
  readonly minimum: string;
  readonly found: InstalledPart | null;
  /** One line for people who prefer their package manager. */
  readonly byHand: string;
  /** The one thing that asks for it; absent: stages do. */
  readonly onlyFor?: string;
}

/** Look at the parts and at the machine; needs no network and changes nothing. */
export async function diagnose(asked?: 'compose' | 'native'): Promise<Diagnosis> {
  const [machine, docker, namespaces, parts] = await Promise.all([
    readMachine(),
    dockerEngineAnswers(),
    tryNamespaces(),
    Promise.all(
      Object.values(recipes).map(async ({ name, minimum, byHand, onlyFor }) => {
        const found = await findPart(name);
        return { name, minimum, byHand, found, ...(onlyFor === undefined ? {} : { onlyFor }) };
      }),
    ),
  ]);
  const limits =
    process.platform === 'linux' ? detectLimits() : ({ limiter: 'none', why: 'no Linux' } as const);
  const quotas = { limiter: limits.limiter, ...('why' in limits ? { why: limits.why } : {}) };
  const able = { compose: docker, native: namespaces.allowed };
  const choice = asked ?? (docker ? 'compose' : 'native');
  const runtime = able[choice] ? choice : null;
  const limiter: Limiter = runtime === 'compose' ? 'docker' : runtime === 'native' ? quotas.limiter : 'none';
  const problem = networkProblem('bridged');
  const ownNetworks = problem === null ? { possible: true } : { possible: false, why: problem };
  const shared = networkProblem('plain');
  const facts = {
    ...{ runtime, limiter, docker, namespaces, quotas, ownNetworks, machine, parts },
    ...(shared === null ? {} : { sharedNetwork: shared }),
  };
  return { ...facts, advice: advise(facts, choice) };
}

function advise(facts: Omit<Diagnosis, 'advice'>, choice: 'compose' | 'native'): string[] {
  const { runtime, namespaces, limiter, parts, machine } = facts;
  const missing = parts.filter(({ found, onlyFor }) => found === null && onlyFor === undefined);
  const advice: string[] = [];
  if (runtime === null && choice === 'native' && !namespaces.allowed) {
    advice.push(
      `Nothing can run the boxes yet: no Docker engine answers, and ${namespaces.why}. ${wayOut(machine)}`,
    );
  }
  if (runtime === null && choice === 'compose') advice.push('Start Docker: no engine answers.');
  if (runtime === 'native' && limiter === 'stop-and-go') advice.push(howToDelegate(machine));
  if (runtime === 'native' && missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    advice.push(
      `Fetch what is missing (${names}): \`pnpm stage setup\`; \`up\` and \`demo\` do it by themselves.`,
    );
  }
  if (runtime === 'native' && facts.sharedNetwork !== undefined)
    advice.push(`Every user of this machine can reach all boxes of a stack. ${facts.sharedNetwork}`);
  if (runtime === 'native' && facts.ownNetworks.why !== undefined)
    advice.push(
      `The stages run, but no fault can cut two boxes off from each other. ${facts.ownNetworks.why}`,
    );
  for (const { holds, path, freeBytes } of machine.disks) {
    if (freeBytes < 2e9)
      advice.push(`Only ${(freeBytes / 1e9).toFixed(1)} GB are free for the ${holds} (${path}).`);
  }
  return advice;
}

/** Measured gains count without it. */
function howToDelegate(machine: Machine): string {
  const instead =
    'The supervisor keeps the CPU quotas itself, by stopping processes; the kernel would do it more evenly.';
  if (machine.user === 'root' || !existsSync(SYSTEMD)) return `${instead} It does for root, and in Docker.`;
  return `${instead} To let it, once: ${DELEGATE}; then sign in anew.`;
}

function wayOut(machine: Machine): string {
  if (!machine.platform.startsWith('linux')) return 'Start Docker.';
  return machine.user === 'root'
    ? 'In a container, give it --cap-add SYS_ADMIN, or work outside.'
    : 'Start Docker, run as root, or allow user namespaces: sudo sysctl -w kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0 (the second on Ubuntu).';
}
