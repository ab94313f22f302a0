import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../stage/stages.ts';

const SOURCES = [
  'apps/cli/src/runtime/native',
  'apps/cli/src/runtime/native/supervisor',
  'apps/cli/src/runtime/native/limiter',
];

/**
 * The supervisor as one file: started from its sources it would take longer to load than the boxes take to boot.
 * Bundled again when one of its sources is newer.
 */
export async function supervisorBundle(): Promise<string> {
  const folder = join(ROOT, 'node_modules', '.cache', 'supervisor');
  const bundle = join(folder, `${await newest()}.mjs`);
  if (existsSync(bundle)) return bundle;
  await mkdir(folder, { recursive: true });
  const partial = `${bundle}.${process.pid}`;
  await build({
    entryPoints: [join(ROOT, 'apps/cli/src/runtime/native/supervisor/main.ts')],
    outfile: partial,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['pg-native'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'silent',
  });
  await rename(partial, bundle);
  return bundle;
}

async function newest(): Promise<number> {
  const files = await Promise.all(
    SOURCES.map(async (folder) =>
      (await readdir(join(ROOT, folder))).map((name) => join(ROOT, folder, name)),
    ),
  );
  const times = await Promise.all(files.flat().map(async (file) => (await stat(file)).mtimeMs));
  return Math.round(Math.max(...times));
}
