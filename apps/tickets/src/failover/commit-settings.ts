import type { Pool } from '../stores/pool.ts';

export interface CommitSettings {
  /** `synchronous_standby_names`: the standbys that may confirm a commit; empty: commits wait for none. */
  readonly standbys: string;
  /** `synchronous_commit`; `local`: confirmations are suspended. */
  readonly commit: string;
}

/** How a database acknowledges commits. @throws Error when it does not answer. */
export async function commitSettings(database: Pool): Promise<CommitSettings> {
  const [row] = await database.rows<CommitSettings>(
    `select current_setting('synchronous_standby_names') as standbys, current_setting('synchronous_commit') as commit`,
  );
  if (row === undefined) throw new Error(`${database.name} does not say how it acknowledges commits`);
  return row;
}

/** Lets commits wait for no standby, where none is left; or for one again. */
export async function suspendConfirmations(database: Pool, suspended: boolean): Promise<void> {
  await database.rows(
    `alter system ${suspended ? `set synchronous_commit = 'local'` : 'reset synchronous_commit'}`,
  );
  await database.rows('select pg_reload_conf()');
}
