import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { coverCommands, coversFor } from '../../src/runtime/native/covers.ts';
import { ROOT } from '../../src/stage/stages.ts';

const SCRIPT = join(ROOT, 'apps/cli/src/runtime/native/cover.sh');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'covers-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function made(...inside: string[]): Promise<string> {
  const path = join(folder, ...inside);
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
  return path;
}

it('covers nothing where others may enter every folder', async () => {
  await chmod(folder, 0o755);
  expect(coversFor([await made('open', 'checkout')])).toEqual([]);
});

it('covers the topmost folder that others may not enter, once for all that lies below it', async () => {
  const [checkout, cache] = [await made('closed', 'a', 'checkout'), await made('closed', 'b', 'cache')];
  const stacks = await made('closed', 'a', 'checkout', 'stacks');
  await chmod(join(folder, 'closed', 'a'), 0o700);
  // The test's own folder is closed, too, as mkdtemp makes it.
  expect(coversFor([checkout, cache, stacks])).toEqual([{ folder, shows: [checkout, cache] }]);
});

it('refuses a folder that is itself closed, and says how to open it', async () => {
  const checkout = await made('checkout');
  await chmod(checkout, 0o700);
  expect(() => coversFor([checkout])).toThrow(
    'Boxes run as a user of their own, who cannot read this folder.',
  );
});

it.runIf(process.getuid?.() === 0)(
  'shows another user what is needed, whatever its name is, and hides the rest',
  async () => {
    const needed = await made("it's a new folder", 'checkout');
    const script = join(folder, "it's a new folder", 'checkout', 'covers.sh');
    await writeFile(join(needed, 'file'), 'seen');
    await writeFile(join(folder, 'private'), 'hidden');
    await chmod(join(folder, 'private'), 0o644);
    await writeFile(script, coverCommands(coversFor([needed]), SCRIPT));
    const look = `bash "$1" && exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -c 'cat "$1/file"; ls "$2"' look "$2" "$3"`;
    const args = ['--mount', '--', 'bash', '-c', look, 'cover', script, needed, folder];
    expect(execFileSync('unshare', args, { encoding: 'utf8' })).toBe("seenit's a new folder\n");
    // The machine's own view is what it was.
    expect(await readFile(join(folder, 'private'), 'utf8')).toBe('hidden');
  },
);
