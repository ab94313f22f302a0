// Watches promise P12.
import { describe, expect, it } from 'vitest';
import type { StackState } from '../../src/runtime/runtime.ts';
import { refuseToDropData } from '../../src/stage/holds-data.ts';
import { listStages, readStage } from '../../src/stage/stages.ts';

/** Kinds of box of which one can go without anything being lost. */
const REPLACEABLE = new Set(['app', 'lb', 'router', 'cache', 'edge', 'worker', 'link', 'load']);

describe.each((await listStages()).map(({ number }) => number))(
  'fewer boxes of a service, stage %i',
  (stage) => {
    it('is refused for each kind that holds data, by name, and for no other', async () => {
      const file = await readStage(stage);
      for (const service of Object.values(file.services)) {
        const kind = service.labels['scaling.kind'] ?? '';
        const boxes = [1, 2].map((number) => ({
          name: `${service.name}-${number}`,
          service: service.name,
          kind,
        }));
        const state = { stage, boxes } as unknown as StackState;
        const fewer = () => refuseToDropData(state, service.name, 1);
        if (REPLACEABLE.has(kind)) expect(fewer).not.toThrow();
        else expect(fewer).toThrow(`${service.name}-2`);
        expect(() => refuseToDropData(state, service.name, 3)).not.toThrow();
      }
    });
  },
);
