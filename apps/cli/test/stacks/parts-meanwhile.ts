import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * On a new machine the parts of the stacks take minutes: they are fetched while the tests before run. Where that fails, the
 * stacks say why.
 */
export default function setup(): () => void {
  const program = join(import.meta.dirname, 'fetch-parts.ts');
  const fetching = spawn(process.execPath, ['--import', 'tsx', program], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: 'ignore',
  });
  fetching.on('error', () => undefined);
  return () => void fetching.kill();
}
