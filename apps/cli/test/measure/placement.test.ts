import { expect, it } from 'vitest';
import { deal } from '../../src/measure/placement.ts';

const use = (items: readonly { core: number; cores: number }[], core: number) =>
  items.filter((item) => item.core === core).reduce((sum, { cores }) => sum + cores, 0);

it('deals boxes to cores so that each core has nearly as much to do', () => {
  const boxes = [0.01, 0.08, 0.09, 0.07, 0.02, 0.11, 0.06, 0.05].map((cores) => ({ cores }));
  const dealt = deal(boxes, 2);
  expect(dealt).toHaveLength(8);
  expect(use(dealt, 0) + use(dealt, 1)).toBeCloseTo(0.49);
  expect(Math.abs(use(dealt, 0) - use(dealt, 1))).toBeLessThan(0.02);
});

it('deals to every core of a larger machine', () => {
  const dealt = deal(
    Array.from({ length: 12 }, () => ({ cores: 0.1 })),
    4,
  );
  for (const core of [0, 1, 2, 3]) expect(use(dealt, core)).toBeCloseTo(0.3);
});
