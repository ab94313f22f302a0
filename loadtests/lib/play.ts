import { ownUnknowns } from './ask-again.ts';
import { mix } from './mix.ts';
import { recordSoldOut, recordStart } from './record.ts';
import { scenario } from './scenario.ts';
import { SoldOut } from './seats.ts';
import { targetOf } from './settings.ts';
import type { Shop } from './shop.ts';
import type { Step, Visit } from './steps.ts';

/** A script's default function: one visit per iteration. */
export function visits(step: Step): (shops: Record<string, Shop>) => void {
  return play([[1, step]]);
}

/** A script's default function: one step per iteration, chosen by weight. */
export function play(weights: readonly (readonly [weight: number, step: Step])[]) {
  const turnAt = mix(weights);
  return (shops: Record<string, Shop>): void => {
    const side = __ENV.SIDE ?? '';
    const target = targetOf(side);
    const shop = shops[side];
    if (shop === undefined) throw new Error(`set-up learnt nothing about ${side}`);
    const iteration = scenario().iterationInTest;
    if (iteration === 0) recordStart();
    const turn = turnAt(iteration);
    const visit: Visit = {
      url: target.url,
      shop,
      seatOffset: target.seatOffset ?? 0,
      iteration,
      ordinal: turn.ordinal,
    };
    try {
      turn.step(visit);
    } catch (error) {
      if (!(error instanceof SoldOut)) throw error;
      recordSoldOut();
    }
    ownUnknowns.askAgain();
  };
}
