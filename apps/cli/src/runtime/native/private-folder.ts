import { chmod, lstat, mkdir } from 'node:fs/promises';
import { Failure } from '../../failure.ts';
import { callerUid, ownNetwork } from './network/own-network.ts';

const OTHERS_MAY_WRITE = 0o022;

/**
 * Make a folder that only its owner may enter, unless there is one.
 *
 * @throws Failure when another user made it, or may write to it: in a folder that all users write to, one who is faster could
 *   put sockets of their own there
 */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found = await lstat(path);
  const owner = ownNetwork() === 'bridged' ? (process.getuid?.() ?? 0) : callerUid();
  if (found.isDirectory() && found.uid === owner && (found.mode & OTHERS_MAY_WRITE) === 0)
    return await chmod(path, 0o700);
  throw new Failure(`${path} is not a folder that only you may write to: it cannot be trusted.`, {
    where: path,
    next: `Look at it with \`ls -ld ${path}\`. If it is yours, \`chmod 700\` it; else its owner has to remove it, or set TMPDIR to a folder of your own.`,
  });
}
