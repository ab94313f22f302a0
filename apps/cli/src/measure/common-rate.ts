import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime } from '../runtime/runtime.ts';
import type { Boot } from './boot.ts';
import type { AtRate, BothRates, CompareRequest, Which } from './comparison.ts';
import { sidesOf } from './pair.ts';
import { type Run, runLoad } from './run.ts';
import { withinSlo } from './summary.ts';

const SLO_MS = 200;

/**
 * What people want to see: both at a rate that the weaker one holds (0.65 of its capacity), and at one that breaks it
 * (1.2). No verdict rests on the ratio of these milliseconds: two identical runs differ by 40–50 %.
 */
export async function atCommonRate(
  runtime: Runtime,
  boot: Boot,
  request: CompareRequest,
): Promise<{ common: BothRates; overload: BothRates }> {
  const { core } = boot.setting.placement.this;
  // Where they had turns, each box was given a core as if the other stack were not there; now both are.
  if (boot.setting.order !== 'at once')
    for (const stack of [boot.pair.previous, boot.pair.this]) await runtime.pin(stack, 'all', null);
  const weaker = Math.min(boot.rps.previous, boot.rps.this);
  const run = async (share: number): Promise<BothRates> => {
    const rate = Math.max(1, Math.round(weaker * share));
    request.onProgress(`both at ${rate}/s, ${request.recipe.rates} s`);
    const outcome = await runLoad(runtime, {
      scenario: request.scenario,
      mode: 'open',
      rate,
      sides: sidesOf(boot.pair, {
        previous: usersFor(rate, boot.rps.previous),
        this: usersFor(rate, boot.rps.this),
      }),
      lead: 1,
      duration: request.recipe.rates,
      step: 1,
      sloMs: SLO_MS,
      signal: request.signal,
      ...(core === undefined ? {} : { core }),
    });
    return { rate, sloMs: SLO_MS, previous: atRate(outcome, 'previous'), this: atRate(outcome, 'this') };
  };
  const common = await run(0.65);
  await sleep(500, undefined, { signal: request.signal });
  return { common, overload: await run(1.2) };
}

/**
 * How many may wait for an answer. One that can hold the rate needs few, who come back on the connections they have: a
 * thousand new ones within a second are a load of their own. One that cannot falls further behind each second, and
 * everyone who waits needs a user.
 */
function usersFor(rate: number, capacity: number): number {
  const seconds = rate < capacity ? (2 * SLO_MS) / 1000 : 2;
  return 10 + Math.ceil(rate * seconds);
}

function atRate(run: Run, which: Which): AtRate {
  const summary = run.sides[which]?.summary;
  return {
    p50Ms: summary?.latency?.p50Ms ?? null,
    p95Ms: summary?.latency?.p95Ms ?? null,
    within: summary === undefined ? 0 : withinSlo(summary),
  };
}
