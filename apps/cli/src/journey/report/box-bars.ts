import type { BoxLoad } from '../../measure/saturation.ts';
import type { Rung } from '../record.ts';
import type { Bar, BoxBars } from './plot/bars.ts';

/** Each box of either stage at one rung, those of a kind together, in the order in which this stage has its kinds. */
export function boxBars({ previous, this: now }: Rung): BoxBars[] {
  const before = previous?.loads ?? [];
  const all = [...now.loads, ...before];
  const boxes = [...new Map(all.map(({ box, kind }) => [box, { box, kind }])).values()];
  const kinds = [...new Set(all.map(({ kind }) => kind))];
  return kinds.flatMap((kind) =>
    boxes
      .filter((each) => each.kind === kind)
      .map(({ box }) => ({ box, kind, before: barOf(before, box), now: barOf(now.loads, box) })),
  );
}

function barOf(loads: readonly BoxLoad[], box: string): Bar | null {
  const load = loads.find((each) => each.box === box);
  return load === undefined ? null : { share: load.share, cores: load.cores };
}
