import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { provide } from '../../src/parts/provide.ts';
import { recipes } from '../../src/parts/recipes.ts';
import { demoRecipe } from './demo-recipe.ts';
import { type DemoRelease, demoRelease } from './demo-release.ts';

const CHECKSUM = /^([0-9a-f]{64}|sha512-[A-Za-z0-9+/]{86}==|h1:[A-Za-z0-9+/]{43}=)$/;

/** Sources without a checksum in this repository, each with the reason. */
const UNPINNED: Readonly<Record<string, string>> = {
  'release archive (github.com/grafana/k6 v1.8.1)':
    'the checksums of its archives were out of reach when its version was chosen; take them from its release page',
};

const sources = Object.values(recipes).flatMap((recipe) =>
  recipe.sources.map((source) => ({ recipe, source })),
);

describe('a part', () => {
  it.each(sources.filter(({ source }) => source.key !== 'debian'))(
    'from $source.label is held against a checksum in this repository',
    ({ source }) => {
      for (const checksum of source.checksums) expect(checksum).toMatch(CHECKSUM);
      expect(source.checksums.length > 0).toBe(!(source.label in UNPINNED));
    },
  );

  it('from Debian is held against the signatures of its archive, so that security updates arrive', () => {
    const debian = sources.filter(({ source }) => source.key === 'debian');
    expect(debian.length).toBeGreaterThan(0);
    for (const { source } of debian) expect(source.checksums).toEqual([]);
  });

  it('is without a checksum only where a source says why', () => {
    const labels = sources.map(({ source }) => source.label);
    for (const label of Object.keys(UNPINNED)) expect(labels).toContain(label);
  });
});

describe('a release archive with its checksum in this repository', () => {
  let folder = '';
  let release: DemoRelease;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'checksums-'));
    release = await demoRelease(folder);
  });
  afterEach(async () => {
    await release.close();
    await rm(folder, { recursive: true });
  });

  it('is refused when it is another one, whatever the release page says of it', async () => {
    const recipe = demoRecipe(release.base, { [process.arch]: '0'.repeat(64) });
    await expect(provide(recipe, join(folder, 'parts'), {})).rejects.toMatchObject({
      message: expect.stringMatching(/checksum of demo\.tar\.gz is [0-9a-f]{64}, not 0{64}/),
    });
  });

  it('is refused on a machine for which no checksum is known', async () => {
    await expect(provide(demoRecipe(release.base, {}), join(folder, 'parts'), {})).rejects.toMatchObject({
      message: expect.stringContaining('no checksum is known of demo.tar.gz'),
    });
  });
});
