import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { type Entry, root } from './entries.ts';
import { known, unneeded } from './unneeded.ts';

/** Packages of CommonJS ask for Node's modules by require, which an ES module does not have. */
const REQUIRE = `import { createRequire as scalingRequire } from 'node:module'; const require = scalingRequire(import.meta.url);`;

/**
 * Bundles the programs of one folder with all they need: plain `node` runs them without node_modules. What they load
 * later (`import()`: PDF, QR code, SMTP, OpenAPI, the seed) lies in chunks beside them. Returns the files read.
 */
export async function bundle(out: string, programs: readonly Entry[]): Promise<string[]> {
  const { metafile } = await esbuild({
    entryPoints: programs.map(({ file, name }) => ({ in: file, out: name })),
    outdir: out,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Half the text to read at start; names stay, for stack traces.
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: false,
    legalComments: 'none',
    // pg's optional native driver, which is not used.
    external: ['pg-native'],
    define: known,
    plugins: [unneeded],
    banner: { js: REQUIRE },
    metafile: true,
    absWorkingDir: root,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs).map((file) => join(root, file));
}
