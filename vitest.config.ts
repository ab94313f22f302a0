import { defineConfig } from 'vitest/config';
import { ClosingLine } from './apps/cli/test/closing-line.ts';
import { LongestFirst } from './apps/cli/test/longest-first.ts';

const limits = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  teardownTimeout: 20_000,
  // Tests reach the boxes of their stacks from where they run. What the commands do is in stacks/isolation.test.ts.
  env: { SCALING_SHARED_NETWORK: 'yes' },
};
// Most of them wait, for servers that start and for time limits: more files at a time than there are cores.
const together = { ...limits, maxWorkers: 3, sequence: { groupOrder: 0 } };

// Two files at a time, for two cores.
const held = { ...limits, maxWorkers: 2, testTimeout: 120_000 };

/** Whole stacks and browsers, each file with a stage or slot of its own: when the rest is done. */
const stacks = ['stacks', 'browser'].map((folder) => `apps/cli/test/${folder}/**/*.test.ts`);
/** Stacks on a Docker engine: after everything else. */
const compose = ['apps/cli/test/compose/**/*.test.ts'];
/** The linters over the stacks of infra/ and the workflows: on a new machine they are built while the tests before run. */
const linters = ['infra/test/linters/**/*.test.ts'];
/** What compares the CPU of two versions: last, with the machine to itself. */
const measured = ['apps/cli/test/measured/**/*.test.ts'];

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine()],
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...together, name: 'tickets', include: ['apps/tickets/test/**/*.test.ts'] } },
      { test: { ...together, name: 'worker', include: ['apps/worker/test/**/*.test.ts'] } },
      { test: { ...together, name: 'storefront', include: ['apps/storefront/test/**/*.test.ts'] } },
      { test: { ...together, name: 'loadtests', include: ['loadtests/test/**/*.test.ts'] } },
      // One process for all of its files: each needs all stacks, which are synthesised once.
      {
        test: {
          ...limits,
          name: 'infra',
          include: ['infra/test/**/*.test.ts'],
          exclude: linters,
          isolate: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...together,
          name: 'cli',
          include: ['apps/cli/test/**/*.test.ts'],
          exclude: [...stacks, ...compose, ...measured],
        },
      },
      {
        test: {
          ...held,
          name: 'stacks',
          include: stacks,
          globalSetup: 'apps/cli/test/stacks/parts-first.ts',
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...held,
          name: 'compose',
          include: compose,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...limits,
          name: 'linters',
          include: linters,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          ...limits,
          name: 'measured',
          include: measured,
          maxWorkers: 1,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
