import { dirname, join } from 'node:path';
import type { Fault, FaultDriver, StackId } from '../runtime.ts';
import { emptyDisk, fillDisk } from './disk.ts';
import { stackFolder } from './make-plan.ts';
import { networkProblem } from './network/own-network.ts';

const ONE_CLOCK =
  'All boxes read the clock of this machine: Linux has no wall clock for a group of processes.';

/** The faults of the native runtime. @param call asks a running stack's supervisor */
export function nativeFaults(call: (id: StackId, name: string, body?: object) => Promise<void>): FaultDriver {
  // All boxes of a stack share its disk: it is full as long as it is for one of them.
  const full = new Set<string>();
  return {
    can,
    pause: (id, box) => call(id, 'pause', { box }),
    resume: (id, box) => call(id, 'resume', { box }),
    drop: (id, a, b, share, oneWay = false) => call(id, 'drop', { a, b, share, oneWay }),
    undrop: (id) => call(id, 'undrop'),
    fill: async ({ stage, slot }, box) => {
      const folder = stackFolder(stage, slot);
      await fillDisk(folder);
      full.add(join(folder, box));
    },
    unfill: async ({ stage, slot }, box) => {
      const folder = stackFolder(stage, slot);
      full.delete(join(folder, box));
      if (![...full].some((other) => dirname(other) === folder)) await emptyDisk(folder);
    },
  };
}

function can(fault: Fault): true | string {
  if (fault === 'clock-step') return ONE_CLOCK;
  if (fault === 'pause' || fault === 'quota') return true;
  return networkProblem('bridged') ?? true;
}
