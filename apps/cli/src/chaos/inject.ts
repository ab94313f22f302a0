import { setTimeout as sleep } from 'node:timers/promises';
import * as heal from '../verbs/heal.ts';
import { runVerb } from './run-verb.ts';
import type { FaultStep } from './schedule.ts';
import { type Subject, stateOf } from './stack.ts';

/** A box that was killed is started again until it is there, or for so long. */
const HEAL_LIMIT_MS = 60_000;
const AGAIN_MS = 1000;

/** Causes the faults of a schedule in a stack, and ends them. */
export interface Injector {
  /** @throws Error when the fault cannot be caused now, e.g. a pause of a box that is down. */
  begin(step: FaultStep): Promise<void>;
  end(step: FaultStep): Promise<void>;
}

export function injectorOf(stack: Subject, signal: AbortSignal): Injector {
  const { runtime, id } = stack;
  const { faults } = runtime;
  const dropping = new Set<FaultStep>();

  async function drop({ boxes: [a = '', b = ''], share, oneWay }: FaultStep): Promise<void> {
    await faults.drop(id, a, b, share, oneWay);
  }

  async function squeeze({ boxes, share }: FaultStep): Promise<void> {
    const { boxes: all } = await stateOf(stack);
    for (const box of all.filter(({ name }) => boxes.includes(name)))
      await runtime.limit(id, box.name, box.cpus === null ? null : box.cpus * share);
  }

  /** A runtime can only let all packets through at once. */
  async function undrop(step: FaultStep): Promise<void> {
    dropping.delete(step);
    await faults.undrop(id);
    for (const other of dropping) await drop(other);
  }

  async function start(box: string): Promise<void> {
    for (const deadline = Date.now() + HEAL_LIMIT_MS; Date.now() < deadline; ) {
      const { code } = await runVerb(stack, { verb: heal, words: [box] }, signal);
      if (code === 0) return;
      await sleep(AGAIN_MS, undefined, { signal });
    }
  }

  return {
    async begin(step) {
      const { fault, boxes } = step;
      if (fault === 'kill') await each(boxes, (box) => runtime.kill(id, box));
      else if (fault === 'pause') await each(boxes, (box) => faults.pause(id, box));
      else if (fault === 'quota') await squeeze(step);
      else if (fault === 'full-disk') await each(boxes, (box) => faults.fill(id, box));
      else if (fault === 'partition' || fault === 'lossy-link') {
        dropping.add(step);
        await drop(step);
      }
    },
    async end(step) {
      const { fault, boxes } = step;
      if (fault === 'kill') await each(boxes, start);
      else if (fault === 'pause') await each(boxes, (box) => faults.resume(id, box));
      else if (fault === 'quota') await each(boxes, (box) => runtime.limit(id, box, 'file'));
      else if (fault === 'full-disk') await each(boxes, (box) => faults.unfill(id, box));
      else if (dropping.has(step)) await undrop(step);
    },
  };
}

async function each(boxes: readonly string[], act: (box: string) => Promise<unknown>): Promise<void> {
  await Promise.all(boxes.map(act));
}
