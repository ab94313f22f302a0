import type { Recipe } from '../../src/parts/part.ts';
import { releaseArchive } from '../../src/parts/sources/release-archive.ts';

/** A part of which no machine has a copy, from a release page at `base`. */
export function demoRecipe(base: string, sha256?: Readonly<Record<string, string>>): Recipe {
  return {
    name: 'k6',
    minimum: '1.0',
    programs: ['demo-part'],
    versionArguments: ['version'],
    folders: async () => [],
    sources: [
      releaseArchive({
        label: 'demo release',
        version: '1.2.3',
        base,
        archive: 'demo.tar.gz',
        sha256: sha256 ?? { publishedIn: 'checksums.txt' },
        programs: { 'demo-part': 'demo-part' },
      }),
    ],
    byHand: 'brew install demo',
  };
}
