import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../../failure.ts';

const OTHERS_READ = 0o5;
const OTHERS_ENTER = 0o1;

/** A folder that others may not enter, and folders below it that a stack's boxes need. */
export interface Cover {
  readonly folder: string;
  readonly shows: readonly string[];
}

/**
 * Boxes that root starts run as another user, who may not enter every folder that root may: root's home, a private checkout.
 * In the stack's own mount namespace such a folder is covered by an empty one, in which only what the boxes need is seen.
 *
 * @param needed absolute paths, without symbolic links
 * @throws Failure naming a folder that is itself closed to others
 */
export function coversFor(needed: readonly string[]): Cover[] {
  const covers = new Map<string, string[]>();
  for (const folder of outermost(needed)) {
    if ((statSync(folder).mode & OTHERS_READ) !== OTHERS_READ)
      throw new Failure('Boxes run as a user of their own, who cannot read this folder.', {
        where: folder,
        next: `Let others read it: \`chmod -R go+rX ${JSON.stringify(folder)}\`. They still cannot enter a closed folder above it.`,
      });
    const closed = topmostClosed(folder);
    if (closed !== null) covers.set(closed, [...(covers.get(closed) ?? []), folder]);
  }
  return [...covers].map(([folder, shows]) => ({ folder, shows }));
}

/** Those that lie in no other one. */
function outermost(folders: readonly string[]): string[] {
  return folders.filter(
    (folder, index) =>
      folders.indexOf(folder) === index && !folders.some((other) => folder.startsWith(`${other}/`)),
  );
}

/** The shell commands that carry them out. @param script path of `cover.sh` */
export function coverCommands(covers: readonly Cover[], script: string): string {
  const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
  return covers
    .map(({ folder, shows }) => `bash ${[script, folder, ...shows].map(quoted).join(' ')} || exit 1\n`)
    .join('');
}

function topmostClosed(path: string): string | null {
  let closed: string | null = null;
  for (let above = dirname(path); above !== dirname(above); above = dirname(above))
    if ((statSync(above).mode & OTHERS_ENTER) === 0) closed = above;
  return closed;
}
