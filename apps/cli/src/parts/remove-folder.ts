import { rm } from 'node:fs/promises';
import { execa } from 'execa';
import { codeOf } from './source-failed.ts';

/** Remove a folder with all it holds, also the folders that tools like Go leave without permission to write. */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  } catch (error) {
    if (codeOf(error) !== 'EACCES' && codeOf(error) !== 'EPERM') throw error;
    await execa('chmod', ['-R', 'u+rwX', folder], { reject: false, timeout: 60_000 });
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
