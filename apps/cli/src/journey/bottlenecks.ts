import { type Both, both } from '../measure/comparison.ts';
import { busiest } from '../measure/saturation.ts';
import type { AtUsers, JourneyStage, Rung, Step } from './record.ts';

type Fullest = JourneyStage['bottleneck'];

/**
 * What holds each stage up when it has most to do. A comparison of capacities has seen to it that both are at their limit;
 * 16 users may be too few for that: an edge was seen to use 0.4 of its quota for so many, and all of it for 134.
 */
export function bottlenecks(step: Step | null, rungs: readonly Rung[]): Both<Fullest> {
  if (step?.gain === 'capacity') {
    const { saturated, saturatedShare } = step.comparison;
    return both((which) => {
      const [box, share] = [saturated[which], saturatedShare[which]];
      return box === null || share === null ? null : { box, share };
    });
  }
  const last = rungs.at(-1);
  return both((which) => fullest(last?.[which] ?? null));
}

function fullest(at: AtUsers | null): Fullest {
  const top = at === null ? null : busiest(at.loads);
  return top === null ? null : { box: top.name, share: top.share };
}
