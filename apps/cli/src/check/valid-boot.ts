import type { Runtime } from '../runtime/runtime.ts';
import { type BootRequest, measureBoot } from './boot.ts';

export type Boot = Awaited<ReturnType<typeof measureBoot>>;

/**
 * A boot. Of one that is void another takes the place, once: a machine that stood still for a moment voids one boot, and
 * a machine that is too slow voids both. Of two versions the second boot looks for a rate of its own, which the boots after
 * it go on with: what was half of a fast minute's capacity may be most of a slow one's. Beside the reference the rate
 * stays: the less they have to do, the more both cost for a request, and not in the same proportion.
 */
export async function measureValidBoot(
  runtime: Runtime,
  request: BootRequest,
  measure: typeof measureBoot = measureBoot,
): Promise<Boot & { readonly leftOut: readonly string[] }> {
  const first = await measure(runtime, request);
  if (!isVoid(first) || withoutQuotas(first)) return { ...first, leftOut: [] };
  request.onProgress(`void, taken once more: ${first.figures.why.join('; ')}`);
  const { amount: _, ...anew } = request;
  const again = request.contenders.some(({ role }) => role === 'reference') ? request : anew;
  return { ...(await measure(runtime, again)), leftOut: first.figures.why };
}

export function isVoid({ figures }: Boot): boolean {
  return figures.why.length > 0;
}

/** Then no other boot would be better. */
function withoutQuotas({ running }: Boot): boolean {
  return running.some(({ state }) => state.limiter === 'none');
}
