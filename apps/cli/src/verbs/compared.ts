import { compare } from '../measure/compare.ts';
import { compareLatency } from '../measure/compare-latency.ts';
import type { CompareRequest, Which } from '../measure/comparison.ts';
import { renderComparison } from '../report/compare.ts';
import { renderLatencyComparison } from '../report/compare-latency.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { readStage } from '../stage/stages.ts';

/** A comparison, whatever it divides. */
export interface Compared {
  /** For `--json`. */
  readonly result: object;
  readonly text: string;
  readonly valid: boolean;
  /** The gain at the low end of its interval: above 1 it is one. */
  readonly least: number;
}

/** The stage before and this one, by what this one is for: more at the limit, or sooner (`gain: latency` of x-stage). */
export async function compared(runtime: Runtime, request: CompareRequest): Promise<Compared> {
  const [before, now] = await Promise.all([readStage(request.stage - 1), readStage(request.stage)]);
  const titles: Readonly<Record<Which, string>> = { previous: before.facts.title, this: now.facts.title };
  if (now.facts.gain === 'latency') {
    const result = await compareLatency(runtime, request);
    const text = renderLatencyComparison(result, titles);
    return { result, text, valid: result.valid, least: result.gain.p50.interval[0] };
  }
  const result = await compare(runtime, request);
  const text = renderComparison(result, titles);
  return { result, text, valid: result.valid, least: result.capacity.interval[0] };
}
