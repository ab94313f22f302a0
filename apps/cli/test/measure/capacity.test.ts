import { describe, expect, it } from 'vitest';
import { nextRate } from '../../src/measure/capacity.ts';

/** Searches a stack that holds every rate up to `knee`. */
function search(
  knee: number,
  start: number,
  probes: number,
): { holds: number | null; breaks: number | null } {
  let holds: number | null = null;
  let breaks: number | null = null;
  for (let probe = 0; probe < probes; probe++) {
    const rate = nextRate(start, holds, breaks);
    if (rate <= knee) holds = rate;
    else breaks = rate;
  }
  return { holds, breaks };
}

describe('the search for the highest rate that holds', () => {
  it.each([95, 100, 104, 88])('finds a knee at %d/s within 4 %% in five probes from 100/s', (knee) => {
    const { holds } = search(knee, 100, 5);
    expect(holds).not.toBeNull();
    expect(holds ?? 0).toBeLessThanOrEqual(knee);
    expect(holds ?? 0).toBeGreaterThan(knee * 0.96);
  });

  it('goes down when the start was far too high', () => {
    expect(search(20, 100, 8).holds).toBeGreaterThan(15);
  });

  it('narrows strictly between what held and what broke', () => {
    expect(nextRate(100, 80, 100)).toBeGreaterThan(80);
    expect(nextRate(100, 80, 100)).toBeLessThan(100);
  });
});
