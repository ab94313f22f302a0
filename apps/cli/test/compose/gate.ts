import { describe } from 'vitest';

/** Tests on a real Docker engine: asked for by `STAGE_TEST_COMPOSE=1`, since they build images and take minutes. */
export function describeWithEngine(title: string, tests: () => void): void {
  const asked = process.env.STAGE_TEST_COMPOSE === '1';
  describe.skipIf(!asked)(
    asked ? title : `${title} (skipped: STAGE_TEST_COMPOSE=1 asks for a Docker engine)`,
    tests,
  );
}
