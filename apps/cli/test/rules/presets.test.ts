import { describe, expect, it } from 'vitest';
import { isPreset, longPreset, presets } from '../../src/rules/presets.ts';

describe("a stage's program", () => {
  it('has at most 25 lines in every stage', async () => {
    expect(await presets.find()).toEqual([]);
  });

  it.each([
    [25, []],
    [26, [{ where: 'app.ts', what: 'has 26 lines, at most 25: move what is not wiring to the shop' }]],
  ])('of %i lines is judged', (lines, found) => {
    expect(longPreset('app.ts', 'await serve();\n'.repeat(lines))).toEqual(found);
  });

  it.each([
    ['stages/5-cache/app.ts', true],
    ['stages/8-queue/reservations.ts', true],
    ['stages/observe/app.ts', false],
    ['apps/tickets/src/app.ts', false],
  ])('is told from other files: %s', (path, is) => {
    expect(isPreset(path)).toBe(is);
  });
});
