import { join } from 'node:path';
import { build } from '@scaling/tickets/build';
import { STACKS } from '../../stage/stages.ts';

/** The shop's apps, bundled for this checkout; up to date when it resolves. */
export async function appsBundle(): Promise<string> {
  const out = join(STACKS, 'apps');
  await build({ out });
  return out;
}
