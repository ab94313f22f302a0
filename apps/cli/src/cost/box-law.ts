import type { MeasuredStage } from '../journey/read-record.ts';
import { type BoxLoad, saturated } from '../measure/saturation.ts';
import type { Estimate } from './usl.ts';

/** What boxes of a kind lose to each other when there are more of them: σ of the scalability law with N boxes, κ = 0. */
export interface BoxContention {
  readonly sigma: Estimate;
  /** Where that comes from; null: no step of the record tells, and none is assumed. */
  readonly measured: {
    readonly stage: number;
    readonly kind: string;
    /** How many times as many boxes, and what came of it. */
    readonly times: number;
    readonly ratio: number;
  } | null;
}

type Measured = BoxContention & { readonly measured: NonNullable<BoxContention['measured']> };

const NONE: BoxContention = { sigma: { value: 0, interval: [0, 0] }, measured: null };

/** A replica answers what a database answers. */
const FAMILY: Readonly<Record<string, string>> = { replica: 'db' };
const familyOf = (kind: string): string => FAMILY[kind] ?? kind;

/**
 * What the record says of boxes of this kind: measured where a step multiplied just the boxes that were full before and
 * they were full again; of other kinds, the largest such loss of any kind.
 */
export function contentionOf(kind: string, stages: readonly MeasuredStage[]): BoxContention {
  const found = stages.filter(({ valid }) => valid).flatMap(measuredContention);
  const own = found.filter(({ measured }) => measured.kind === familyOf(kind));
  const [worst = NONE] = [...(own.length > 0 ? own : found)].sort((a, b) => b.sigma.value - a.sigma.value);
  return worst;
}

/** n boxes instead of one completed r times as much: r = n ÷ (1 + σ(n−1)). Another box being the limit tells nothing. */
function measuredContention({ stage, step, ladder }: MeasuredStage): Measured[] {
  const last = ladder.at(-1);
  if (step?.gain !== 'capacity' || !last?.previous) return [];
  const before = fullest(last.previous.loads);
  const now = fullest(last.this.loads);
  if (before === null || now === null || before.family !== now.family) return [];
  const times = now.boxes / before.boxes;
  if (times <= 1) return [];
  const sigma = (ratio: number): number => Math.max(0, (times / ratio - 1) / (times - 1));
  const { ratio, interval } = step.comparison.capacity;
  return [
    {
      sigma: { value: sigma(ratio), interval: [sigma(interval[1]), sigma(interval[0])] },
      measured: { stage, kind: now.family, times, ratio },
    },
  ];
}

/** The kind of box that holds the rest up, and how many share its work. */
function fullest(loads: readonly BoxLoad[]): { family: string; boxes: number } | null {
  const tier = saturated(loads);
  const full = loads.find(({ box }) => tier?.boxes.includes(box));
  if (tier === null || full === undefined) return null;
  const family = familyOf(full.kind);
  // Of a family, a box that has less than half as much to do has something else to do.
  const sharing = loads.filter(
    (load) => familyOf(load.kind) === family && (load.share ?? 0) >= tier.share / 2,
  );
  return { family, boxes: sharing.length };
}
