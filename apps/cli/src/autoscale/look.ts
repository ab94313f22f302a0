import { mean } from 'simple-statistics';
import { type BoxLoad, boxLoads } from '../measure/saturation.ts';
import { difference } from '../measure/watch.ts';
import type { Runtime, StackId, StackState, Usage } from '../runtime/runtime.ts';

/** What the boxes of a stack did. Moments in milliseconds since 1970. */
export interface Glance {
  readonly state: StackState;
  readonly from: number;
  readonly to: number;
  /** Since the glance before. */
  readonly loads: readonly BoxLoad[];
  /** Over the last so many milliseconds, or as long as the stack was looked at. */
  readonly recently: readonly BoxLoad[];
}

/** Looks at a stack's boxes whenever it is asked. @param recentMs how far back `recently` reaches */
export async function looker(
  runtime: Runtime,
  id: StackId,
  recentMs: number,
): Promise<() => Promise<Glance | null>> {
  const samples = [await sample(runtime, id)];
  return async () => {
    const state = await runtime.state(id);
    if (state === null) return null;
    const before = samples.at(-1) as Sample;
    const now = await sample(runtime, id);
    samples.push(now);
    // One more than is needed: between it and the next lies the beginning of the span.
    while ((samples[1]?.atMs ?? Number.POSITIVE_INFINITY) < now.atMs - recentMs) samples.shift();
    const begin = Math.max(samples[0]?.atMs ?? 0, now.atMs - recentMs);
    const loadsSince = (from: number): BoxLoad[] =>
      boxLoads(difference(samples, from, now.atMs), ready(state), (now.atMs - from) / 1000);
    return {
      state,
      from: before.atMs,
      to: now.atMs,
      loads: loadsSince(before.atMs),
      recently: loadsSince(begin),
    };
  };
}

/** The average over a service's boxes, as shares of their quotas; null: none of them was there all the time, or none has a quota. */
export function averageOf(loads: readonly BoxLoad[], service: string): number | null {
  const shares = loads.flatMap((load) =>
    load.service === service && load.share !== null ? [load.share] : [],
  );
  return shares.length === 0 ? null : mean(shares);
}

/** A box that is down uses nothing, and would make the others look idle. */
function ready({ boxes }: StackState) {
  return boxes.filter((box) => box.state === 'ready');
}

interface Sample {
  readonly atMs: number;
  readonly usage: readonly Usage[];
}

async function sample(runtime: Runtime, id: StackId): Promise<Sample> {
  const before = Date.now();
  const usage = await runtime.usage(id);
  return { atMs: (before + Date.now()) / 2, usage };
}
