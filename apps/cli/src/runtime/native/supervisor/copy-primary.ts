import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';

/** Never part of a base backup: made anew by the standby, or the primary's own business. */
const CONTENT_LEFT_OUT = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_stat_tmp',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_subtrans',
  'pg_dynshmem',
]);
const FILES_LEFT_OUT = new Set([
  'postmaster.pid',
  'postmaster.opts',
  'standby.signal',
  'recovery.signal',
  'backup_label',
  'postgresql.auto.conf',
]);

/**
 * A base backup by the low-level functions, for both data directories are on this machine:
 * https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 * The connection must stay the same from start to stop.
 */
export async function copyPrimary(primary: pg.Client, target: string): Promise<void> {
  const directory = await primary.query<{ data_directory: string }>('SHOW data_directory');
  const source = directory.rows[0]?.data_directory;
  if (!source) throw new Error('the primary does not say where its data is');
  await primary.query(`SELECT pg_backup_start('standby', true)`);
  await copyLive(source, target, true);
  const stopped = await primary.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
  await writeFile(join(target, 'backup_label'), stopped.rows[0]?.labelfile ?? '', { mode: 0o600 });
}

/** Copy a directory that is being written to: a file that is gone when its turn comes was not needed. */
async function copyLive(source: string, target: string, top: boolean): Promise<void> {
  await mkdir(target, { mode: 0o700 });
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (top && FILES_LEFT_OUT.has(entry.name)) continue;
    if (top && CONTENT_LEFT_OUT.has(entry.name)) {
      await mkdir(to, { mode: 0o700 });
      if (entry.name === 'pg_wal') await copyHistories(from, to);
    } else if (entry.isDirectory()) await copyLive(from, to, false);
    else await copyFile(from, to).catch(ignoreGone);
  }
}

/** A replica that is further behind asks its primary, which this copy may be by then, for the history of every timeline since. */
async function copyHistories(source: string, target: string): Promise<void> {
  for (const name of await readdir(source))
    if (name.endsWith('.history')) await copyFile(join(source, name), join(target, name)).catch(ignoreGone);
}

function ignoreGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
