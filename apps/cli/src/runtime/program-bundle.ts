import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../stage/stages.ts';

interface Program {
  /** Folder of `node_modules/.cache` that it is kept in. */
  readonly name: string;
  /** Its first file, and the folders whose files it is made of; below `apps/cli/src`. */
  readonly entry: string;
  readonly sources: readonly string[];
}

const SUPERVISOR: Program = {
  name: 'supervisor',
  entry: 'runtime/native/supervisor/main.ts',
  sources: [
    'runtime/native',
    'runtime/native/supervisor',
    'runtime/native/limiter',
    'runtime/native/network',
    'runtime/native/doors',
    'observe',
  ],
};

const DOORS: Program = {
  name: 'doors',
  entry: 'runtime/native/doors/main.ts',
  sources: ['runtime/native/doors'],
};

const BOXES: Program = {
  name: 'boxes',
  entry: 'runtime/compose/boxes/main.ts',
  sources: ['runtime/compose', 'runtime/compose/boxes', 'observe'],
};

/** The supervisor as one file: started from its sources it would take longer to load than the boxes take to boot. */
export function supervisorBundle(): Promise<string> {
  return bundle(SUPERVISOR);
}

/** What publishes the ports of stacks in networks of their own. */
export function doorsBundle(): Promise<string> {
  return bundle(DOORS);
}

/** What tells Prometheus of the boxes in Compose, as one file for a plain Node image. */
export function boxesBundle(): Promise<string> {
  return bundle(BOXES);
}

/** Path of the bundle, made again when one of its sources is newer. */
async function bundle(program: Program): Promise<string> {
  const folder = join(ROOT, 'node_modules', '.cache', program.name);
  const file = join(folder, `${await newest(program.sources)}.mjs`);
  if (existsSync(file)) return file;
  await mkdir(folder, { recursive: true });
  const partial = `${file}.${process.pid}`;
  await build({
    entryPoints: [join(ROOT, 'apps/cli/src', program.entry)],
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
  await rename(partial, file);
  return file;
}

async function newest(sources: readonly string[]): Promise<number> {
  const files = await Promise.all(
    sources.map(async (source) => {
      const folder = join(ROOT, 'apps/cli/src', source);
      return (await readdir(folder)).map((name) => join(folder, name));
    }),
  );
  const times = await Promise.all(files.flat().map(async (file) => (await stat(file)).mtimeMs));
  return Math.round(Math.max(...times));
}
