import { Failure } from '../../failure.ts';
import type { Fault, FaultDriver, StackId } from '../runtime.ts';
import { detectLimits } from './limiter/detect.ts';
import { ownNetworkProblem } from './own-network.ts';

const NO_DISKS = 'Boxes of the native runtime share one disk: filling it would disturb the whole machine.';
const ONE_CLOCK =
  'All boxes read the clock of this machine: Linux has no wall clock for a group of processes.';

/** The faults of the native runtime. @param call asks a running stack's supervisor */
export function nativeFaults(call: (id: StackId, name: string, body?: object) => Promise<void>): FaultDriver {
  return {
    can,
    pause: (id, box) => call(id, 'pause', { box }),
    resume: (id, box) => call(id, 'resume', { box }),
    drop: (id, a, b, share, oneWay = false) => call(id, 'drop', { a, b, share, oneWay }),
    undrop: (id) => call(id, 'undrop'),
    fill: refuseDisks,
    unfill: refuseDisks,
  };
}

function can(fault: Fault): true | string {
  if (fault === 'full-disk') return NO_DISKS;
  if (fault === 'clock-step') return ONE_CLOCK;
  if (fault === 'pause') return true;
  if (fault === 'quota') return canLimit();
  return ownNetworkProblem() ?? true;
}

function canLimit(): true | string {
  const limits = detectLimits();
  return limits.limiter === 'none' ? `Nothing limits a box here: ${limits.why}.` : true;
}

async function refuseDisks(): Promise<never> {
  throw new Failure(NO_DISKS);
}
