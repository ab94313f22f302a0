import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './entries.ts';
import { newest } from './newest.ts';

const folder = join(root, 'apps/storefront');
const BUILD_LIMIT_MS = 120_000;

/** What the storefront is built from; its posters are drawn from the seed's acts. */
export const storefrontSources = [
  ...['src', 'posters', 'index.html', 'package.json', 'vite.config.ts'].map((name) => join(folder, name)),
  join(root, 'apps/tickets/src/seed'),
];

/** Copies the storefront's built files to `out`, building them first when they are missing or older than their source. */
export async function storefront(out: string): Promise<void> {
  const page = join(folder, 'dist/index.html');
  if ((await newest([page])) <= (await newest(storefrontSources))) await viteBuild();
  await cp(dirname(page), out, { recursive: true });
}

async function viteBuild(): Promise<void> {
  const vite = join(folder, 'node_modules/vite/bin/vite.js');
  try {
    await promisify(execFile)(process.execPath, [vite, 'build'], { cwd: folder, timeout: BUILD_LIMIT_MS });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(`The storefront cannot be built: ${stderr?.trim() || message}`, { cause: error });
  }
}
