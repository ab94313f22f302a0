import { describe, expect, it } from 'vitest';
import { FAULTS, menuOf } from '../../src/chaos/menu.ts';
import { type FaultStep, MOST_AT_ONCE, scheduleOf } from '../../src/chaos/schedule.ts';
import { listStages, readStage } from '../../src/stage/stages.ts';

const able = { can: () => true as const };
const stages = (await listStages()).map(({ number }) => number);
const menus = new Map(
  await Promise.all(stages.map(async (stage) => [stage, menuOf(await readStage(stage), able)] as const)),
);

function scheduleFor(stage: number, seed: number, minutes = 3) {
  const menu = menus.get(stage);
  if (menu === undefined) throw new Error(`no stage ${stage}`);
  return { menu, ...scheduleOf(menu, { stage, seed, minutes }) };
}

describe('a schedule', () => {
  it('is a function of seed and stage', () => {
    for (const stage of stages) {
      expect(scheduleFor(stage, 7).steps).toEqual(scheduleFor(stage, 7).steps);
      expect(scheduleFor(stage, 7).steps).not.toEqual(scheduleFor(stage, 8).steps);
    }
    expect(scheduleFor(4, 7).steps).not.toEqual(scheduleFor(5, 7).steps);
  });

  it.each(stages)(
    'of stage %i disturbs only boxes that it has, few at once, and ends every fault',
    (stage) => {
      for (let seed = 1; seed <= 60; seed += 1) {
        const { menu, steps } = scheduleFor(stage, seed);
        const faults = steps.filter((step): step is FaultStep => step.type === 'fault');
        for (const { at, forMs, boxes } of faults) {
          const named = `seed ${seed}, ${at} ms`;
          expect(
            boxes.every((box) => menu.boxes.includes(box)),
            named,
          ).toBe(true);
          expect(new Set(boxes).size, named).toBe(boxes.length);
          expect(at + forMs, named).toBeLessThanOrEqual(3 * 60_000);
          const during = faults.filter((other) => other.at <= at && other.at + other.forMs >= at);
          expect(new Set(during.flatMap((each) => each.boxes)).size, named).toBeLessThanOrEqual(MOST_AT_ONCE);
        }
      }
    },
  );

  it.each(stages)(
    'of stage %i contains every fault and every operation of the stage in some seed',
    (stage) => {
      const seen = new Set<string>();
      for (let seed = 1; seed <= 60; seed += 1)
        for (const step of scheduleFor(stage, seed).steps)
          seen.add(step.type === 'fault' ? step.fault : step.mustBeRefused ? 'drop-data' : step.verb);
      const { faults, operations } = scheduleFor(stage, 1).menu;
      for (const kind of [...faults, ...operations]) expect(seen).toContain(kind);
    },
  );

  it('finds the databases of a failover in every state in which sales may be on one of them alone', () => {
    const met = new Map<string, number>();
    for (let seed = 1; seed <= 60; seed += 1) {
      const { menu, steps } = scheduleFor(4, seed);
      for (const { at } of steps.filter((step) => step.type === 'operation' && step.verb === 'failover')) {
        const now = steps.filter(
          (step): step is FaultStep => step.type === 'fault' && step.at < at && step.at + step.forMs > at,
        );
        const down = menu.databases.filter((box) =>
          now.some(({ fault, boxes }) => ['kill', 'pause'].includes(fault) && boxes.includes(box)),
        );
        const cutOff = (box: string | undefined) =>
          now.filter(({ fault, boxes }) => fault === 'partition' && boxes.includes(box ?? '')).length;
        const state = `down: ${down.length}, cut off from: ${cutOff(down[0])}, more is wrong: ${now.length > down.length}`;
        met.set(state, (met.get(state) ?? 0) + 1);
      }
    }
    for (const state of [
      'down: 1, cut off from: 0, more is wrong: true',
      'down: 1, cut off from: 1, more is wrong: true',
      'down: 1, cut off from: 2, more is wrong: true',
    ])
      expect(met.get(state), state).toBeGreaterThan(20);
  });

  it('cuts operations short, and mends every link that it cuts', () => {
    const operations = Array.from({ length: 30 }, (_, seed) => scheduleFor(7, seed).steps)
      .flat()
      .filter((step) => step.type === 'operation');
    expect(operations.some(({ cutAfterMs }) => cutAfterMs !== null)).toBe(true);
    expect(operations.some(({ cutAfterMs }) => cutAfterMs === null)).toBe(true);
    const counted = (verb: string) => operations.filter((each) => each.verb === verb).length;
    expect(counted('mend')).toBe(counted('cut'));
  });
});

describe('the menu of a stage', () => {
  it('links boxes that the compose file names to each other, and never the load', () => {
    const { links, boxes } = scheduleFor(4, 1).menu;
    const pairs = links.map((pair) => pair.join(' '));
    expect(pairs).toEqual(
      expect.arrayContaining(['lb app-1', 'app-2 db', 'app-3 replica-2', 'replica-1 db']),
    );
    expect(pairs).not.toContain('lb db');
    expect(boxes).not.toContain('load');
  });

  it('skips what the runtime cannot do, with its reason', async () => {
    const can = (fault: string) => (fault === 'full-disk' ? 'One disk for all.' : true);
    const { faults, skipped } = menuOf(await readStage(3), { can });
    expect(skipped).toEqual([{ fault: 'full-disk', why: 'One disk for all.' }]);
    expect(faults).toEqual(FAULTS.filter((fault) => fault !== 'full-disk'));
  });

  it.each([
    [3, ['heal', 'reload', 'scale']],
    [4, ['failover', 'heal', 'reload', 'scale']],
    [5, ['failover', 'flush', 'heal', 'reload', 'scale']],
    [6, ['cut', 'failover', 'flush', 'heal', 'purge', 'reload', 'scale']],
    [7, ['cut', 'failover', 'flush', 'heal', 'purge', 'reload', 'scale']],
    [8, ['flush', 'heal', 'reload', 'scale']],
    [9, ['drop-data', 'flush', 'heal', 'rebalance', 'reload', 'reshard', 'scale']],
  ])('of stage %i has the operations of the stage', (stage, operations) => {
    expect([...new Set(menus.get(stage)?.operations)].sort()).toEqual(operations);
  });
});
