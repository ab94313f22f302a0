import type { ByInstance, Rung } from './prices.ts';

/** What a part of a stage needs of a ladder. */
export interface Need {
  /** vCPUs that may be used, with the room that is to be kept free. */
  readonly vcpus: number;
  /** Of one box. */
  readonly memoryGib: number;
  /** As many as the stage has; no fewer. */
  readonly boxes: number;
  readonly multiplies: boolean;
  /** What boxes lose to each other. */
  readonly sigma: number;
}

export interface Size {
  readonly rung: Rung;
  readonly boxes: number;
}

/** The smallest rung on which a box of a kind runs as it is; null: even the largest is too small. */
export function smallestFor(
  ladder: readonly Rung[],
  entry: ByInstance,
  { cores, memoryGib }: { readonly cores: number | null; readonly memoryGib: number },
): Rung | null {
  return ladder.find((rung) => usable(rung, entry) >= (cores ?? 0) && rung.memoryGib >= memoryGib) ?? null;
}

/** Prices that differ by less than a millionth are the same. */
const MICROS = 1e6;

/** The cheapest rung and number of boxes that do it, fewer boxes before more; null: nothing of this ladder does. */
export function sizeFor(ladder: readonly Rung[], entry: ByInstance, need: Need): Size | null {
  const sizes = ladder.flatMap((rung): Size[] => {
    const boxes = boxesOf(need, usable(rung, entry));
    if (boxes === null || rung.memoryGib < need.memoryGib) return [];
    return [{ rung, boxes: Math.max(boxes, entry.leastBoxes ?? 1) }];
  });
  const usd = ({ rung, boxes }: Size): number => Math.round(rung.usdPerMonth * boxes * MICROS);
  return sizes.sort((a, b) => usd(a) - usd(b) || a.boxes - b.boxes)[0] ?? null;
}

/** The most vCPUs that the part could have by this ladder, however many boxes: where its growth ends. */
export function mostVcpus(
  ladder: readonly Rung[],
  entry: ByInstance,
  { boxes, multiplies, sigma }: Need,
): number | null {
  const largest = Math.max(...ladder.map((rung) => usable(rung, entry)));
  if (!multiplies) return largest * boxes;
  return sigma === 0 ? null : (largest * (1 + sigma * (boxes - 1))) / sigma;
}

function usable({ vcpus }: Rung, { usesCores }: ByInstance): number {
  return Math.min(vcpus, usesCores ?? Number.POSITIVE_INFINITY);
}

/**
 * n boxes do n ÷ (1 + σ(n−1)) of what one does; what was measured was measured with as many boxes as the stage has, so
 * theirs is the loss that is in it already. n × (1 + σ(boxes−1)) ÷ (1 + σ(n−1)) ≥ need, solved for n.
 */
function boxesOf({ vcpus, boxes, multiplies, sigma }: Need, each: number): number | null {
  const ofOne = vcpus / each;
  if (!multiplies) return ofOne <= boxes ? boxes : null;
  const room = 1 + sigma * (boxes - 1) - sigma * ofOne;
  return room <= 0 ? null : Math.max(boxes, Math.ceil((ofOne * (1 - sigma)) / room - 1e-9));
}
