import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from '@scaling/tickets/build';
import { execa } from 'execa';
import { Failure } from '../../failure.ts';
import { ROOT, STACKS } from '../../stage/stages.ts';

const BUILD_LIMIT_MS = 180_000;

/** The shop's apps, bundled for this checkout, or by another one for itself; up to date when it resolves. */
export async function appsBundle(root = ROOT): Promise<string> {
  if (root !== ROOT) return await bundleOf(root);
  const out = join(STACKS, 'apps');
  await build({ out });
  return out;
}

/** By that checkout's own program and packages: what it needs, this one does not know. */
async function bundleOf(root: string): Promise<string> {
  const out = join(root, '.stacks', 'apps');
  const loader = pathToFileURL(join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href;
  const program = join(root, 'apps', 'tickets', 'src', 'build', 'main.ts');
  const { exitCode, stderr } = await execa(process.execPath, ['--import', loader, program, out], {
    cwd: root,
    reject: false,
    timeout: BUILD_LIMIT_MS,
  });
  if (exitCode === 0) return out;
  throw new Failure('The shop of the other version cannot be built.', {
    where: stderr.trim().split('\n').slice(-5).join('\n') || root,
  });
}
