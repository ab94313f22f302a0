import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take a minute, most of it waiting. Started last, they would run alone at the end. Vitest remembers durations
 * of earlier runs, and a clean clone has none.
 */
const LONGEST = [
  'worker/test/mail-tickets',
  'worker/test/relay',
  'tickets/test/failover/promote',
  'tickets/test/sharding/reshard',
  'tickets/test/serve/databases',
  'cli/test/bench/floor',
  'worker/test/',
  'cli/test/stacks/drill',
  'cli/test/stacks/failover',
  'cli/test/stacks/mutants',
  'cli/test/compose/stages-5-and-6',
];

/** Begins with the files that take longest. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const found = LONGEST.findIndex((part) => moduleId.includes(`/apps/${part}`));
  return found === -1 ? LONGEST.length : found;
}
