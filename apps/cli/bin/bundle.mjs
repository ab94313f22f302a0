import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const cache = join(dirname(dirname(fileURLToPath(import.meta.url))), 'node_modules', '.cache', 'bundles');
const DAY = 86_400_000;

/**
 * The path of a JavaScript file that runs the TypeScript program `entry`: built once, then again whenever one of its
 * sources has changed. Starting a hundred files through a loader costs 0.6 s of CPU more than starting this bundle.
 * Packages stay outside the bundle; `import.meta.url` means the source file, as if nothing had been bundled.
 * @param {string} entry absolute path
 * @returns {Promise<string>}
 */
export async function bundle(entry) {
  const name = relative(dirname(dirname(dirname(cache))), entry).replaceAll(/[^\w]+/g, '-');
  const record = join(cache, `${name}.json`);
  return upToDate(record, entry) ?? (await build(entry, name, record));
}

/** The built file if all its sources are what they were, else null. */
function upToDate(record, entry) {
  try {
    const { entry: of, output, sources } = JSON.parse(readFileSync(record, 'utf8'));
    if (of !== entry || !sources.every(([path, was]) => was === fingerprint(path))) return null;
    statSync(output);
    return output;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

function fingerprint(path) {
  const { mtimeMs, size } = statSync(path);
  return `${mtimeMs} ${size}`;
}

async function build(entry, name, record) {
  const { build: esbuild } = await import('esbuild');
  mkdirSync(cache, { recursive: true });
  const startedAt = Date.now();
  const outdir = join(cache, `${name}-${startedAt}-${process.pid}`);
  const { metafile } = await esbuild({
    entryPoints: [entry],
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    absWorkingDir: dirname(entry),
    logLevel: 'silent',
    define: Object.fromEntries(Object.entries(LOCATION).map(([of, name]) => [`import.meta.${of}`, name])),
    plugins: [packagesOutside, sourceLocations],
  });
  // A file saved while it was being read may be in the bundle half: without a fingerprint it is built anew next time.
  const sources = Object.keys(metafile.inputs)
    .map((path) => join(dirname(entry), path))
    .map((path) => [path, statSync(path).mtimeMs < startedAt ? fingerprint(path) : 'saved during the build']);
  const output = join(outdir, basename(entry).replace(/\.ts$/, '.mjs'));
  const draft = `${record}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ entry, output, sources }));
  renameSync(draft, record);
  removeOld(name, outdir);
  return output;
}

/** Processes that still run may load another chunk of theirs, so older builds stay for a day. */
function removeOld(name, current) {
  for (const entry of readdirSync(cache, { withFileTypes: true })) {
    const path = join(cache, entry.name);
    if (!entry.isDirectory() || !entry.name.startsWith(`${name}-`) || path === current) continue;
    if (Date.now() - Number(entry.name.slice(name.length + 1).split('-')[0]) > DAY) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

/** Packages are loaded from where the importing file finds them; the workspace's own, being TypeScript, are bundled. */
const packagesOutside = {
  name: 'packages-outside',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, kind, importer, resolveDir }) => {
      if (pluginData === 'asked' || kind === 'entry-point' || path.startsWith('node:')) return undefined;
      const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: 'asked' });
      if (found.errors.length > 0 || found.external) return found;
      if (!/[\\/]node_modules[\\/]/.test(found.path)) return { path: found.path };
      return { path: pathToFileURL(found.path).href, external: true };
    });
  },
};

/** Defined for the whole bundle, and a constant of each file that asks: esbuild keeps the files' constants apart. */
const LOCATION = { url: '__sourceUrl', filename: '__sourceFile', dirname: '__sourceFolder' };

const sourceLocations = {
  name: 'source-locations',
  setup(build) {
    build.onLoad({ filter: /\.m?[tj]s$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const loader = path.endsWith('.ts') ? 'ts' : 'js';
      if (!text.includes('import.meta.')) return { contents: text, loader };
      const [url, file, folder] = [pathToFileURL(path).href, path, dirname(path)].map((each) =>
        JSON.stringify(each),
      );
      const constants = `const ${LOCATION.url} = ${url}, ${LOCATION.filename} = ${file}, ${LOCATION.dirname} = ${folder};`;
      return { contents: constants + text, loader };
    });
  },
};
