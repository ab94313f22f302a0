import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime, StackId, Usage } from '../runtime/runtime.ts';

interface Sample {
  readonly atMs: number;
  readonly usage: readonly Usage[];
}

/** What a stack's boxes used between two moments. */
export type Used = Usage;

export interface Watch {
  /** Between two moments (milliseconds since 1970), interpolated between the samples around each. */
  between(fromMs: number, toMs: number): Used[];
  stop(): Promise<void>;
}

/** How often a stack is asked. Cheap natively; an engine takes about a second to answer whatever is asked for. */
const EVERY_MS = 500;

/** Notes the use of a stack's boxes from now until `stop`. */
export async function watch(runtime: Runtime, id: StackId, everyMs: number = EVERY_MS): Promise<Watch> {
  const samples: Sample[] = [];
  const ended = new AbortController();
  const take = async (): Promise<void> => {
    const before = Date.now();
    const usage = await runtime.usage(id);
    samples.push({ atMs: (before + Date.now()) / 2, usage });
  };
  await take();
  let failure: unknown;
  const loop = (async () => {
    while (!ended.signal.aborted) {
      await sleep(everyMs, undefined, { signal: ended.signal }).catch(() => undefined);
      await take();
    }
  })().catch((error: unknown) => {
    failure = error;
  });
  return {
    between: (fromMs, toMs) => difference(samples, fromMs, toMs),
    stop: async () => {
      ended.abort();
      await loop;
      if (failure !== undefined) throw failure;
    },
  };
}

/** Each box's use between two moments. A box that was not there at both, or started anew between, is left out. */
export function difference(samples: readonly Sample[], fromMs: number, toMs: number): Used[] {
  const first = at(samples, fromMs);
  const last = at(samples, toMs);
  return last.flatMap((end) => {
    const start = first.find((usage) => usage.box === end.box);
    if (start === undefined || end.cpuMicros < start.cpuMicros) return [];
    return [
      {
        box: end.box,
        kind: end.kind,
        cpuMicros: end.cpuMicros - start.cpuMicros,
        throttledMicros: end.throttledMicros - start.throttledMicros,
        periods: end.periods - start.periods,
        throttledPeriods: end.throttledPeriods - start.throttledPeriods,
        memoryBytes: end.memoryBytes,
      },
    ];
  });
}

function at(samples: readonly Sample[], atMs: number): Usage[] {
  const after = samples.findIndex((sample) => sample.atMs >= atMs);
  const right = samples[after === -1 ? samples.length - 1 : after];
  const left = samples[(after === -1 ? samples.length : after) - 1] ?? right;
  if (left === undefined || right === undefined) return [];
  const span = right.atMs - left.atMs;
  const share = span <= 0 ? 1 : Math.min(1, Math.max(0, (atMs - left.atMs) / span));
  return right.usage.flatMap((end) => {
    const start = left.usage.find((usage) => usage.box === end.box);
    if (start === undefined) return [];
    const mid = (a: number, b: number): number => a + (b - a) * share;
    return [
      {
        ...end,
        cpuMicros: mid(start.cpuMicros, end.cpuMicros),
        throttledMicros: mid(start.throttledMicros, end.throttledMicros),
        periods: mid(start.periods, end.periods),
        throttledPeriods: mid(start.throttledPeriods, end.throttledPeriods),
      },
    ];
  });
}
