import { execa } from 'execa';
import { ROOT } from '../stage/stages.ts';

/** The files that git tracks, relative to the checkout. */
export async function trackedFiles(): Promise<string[]> {
  const { stdout } = await execa('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
  });
  return stdout.split('\0').filter(Boolean);
}
