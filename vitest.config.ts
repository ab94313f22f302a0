import { defineConfig } from 'vitest/config';
import { ClosingLine } from './apps/cli/test/closing-line.ts';

const limits = { testTimeout: 30_000, hookTimeout: 60_000, teardownTimeout: 20_000 };
const together = { ...limits, maxWorkers: 2, sequence: { groupOrder: 0 } };

/** What starts whole stacks or a browser would disturb its neighbours: one file after another, when the rest is done. */
const stacks = ['stacks', 'browser', 'compose'].map((folder) => `apps/cli/test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine()],
    projects: [
      { test: { ...together, name: 'tickets', include: ['apps/tickets/test/**/*.test.ts'] } },
      { test: { ...together, name: 'storefront', include: ['apps/storefront/test/**/*.test.ts'] } },
      { test: { ...together, name: 'loadtests', include: ['loadtests/test/**/*.test.ts'] } },
      { test: { ...together, name: 'cli', include: ['apps/cli/test/**/*.test.ts'], exclude: stacks } },
      {
        test: {
          ...limits,
          name: 'stacks',
          include: stacks,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          // They hold running boxes to times, and a shared machine may take the processor away for longer than that: a
          // second try decides, and what needed one is named at the end of the run.
          retry: 1,
        },
      },
    ],
  },
});
