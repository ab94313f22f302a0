import { setTimeout as sleep } from 'node:timers/promises';
import type { StackState } from '../runtime/runtime.ts';
import type { ComposeFile } from '../stage/compose-service.ts';
import { buy } from './attempts.ts';
import { innerSiteOf } from './inner-site.ts';

const RETRY_MS = 100;
const DECIDED = [200, 201, 409];

/** Milliseconds until a visitor of every region has had a purchase decided; null: not within the limit. */
export async function untilBought(
  file: ComposeFile,
  state: StackState,
  { limitMs, signal }: { limitMs: number; signal: AbortSignal },
): Promise<number | null> {
  const began = performance.now();
  const regions = Object.keys(file.facts.regions ?? {});
  const each = await Promise.all(
    regions.map(async (region, index) => {
      const site = await innerSiteOf(file, state, region);
      while (performance.now() - began < limitMs) {
        signal.throwIfAborted();
        const status = await buy(site, 480 - index, signal).then(
          (answer) => answer.status,
          () => 0,
        );
        if (DECIDED.includes(status)) return performance.now() - began;
        await sleep(RETRY_MS);
      }
      return null;
    }),
  );
  return each.includes(null) ? null : Math.round(Math.max(...each.map(Number)));
}
