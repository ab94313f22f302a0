import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { giveUp, install, root } from './install.mjs';

/**
 * Install what is missing, then run a TypeScript program of apps/cli in this process.
 * @param {string} program relative to apps/cli
 */
export async function start(program) {
  await install();
  const { bundle } = await import('./bundle.mjs');
  const file = await bundle(join(root, 'apps', 'cli', program)).catch((error) => giveUp(error.message));
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(file).href);
}
