/** How many of which standbys have a commit on disk before it is acknowledged. */
export interface Quorum {
  readonly confirmations: number;
  readonly members: readonly string[];
}

/**
 * Reads `synchronous_standby_names`. Only the form that the stages use is known; any other counts as one confirmation of
 * all. null: commits wait for no standby.
 */
export function quorumOf(setting: string): Quorum | null {
  if (setting.trim() === '') return null;
  const [, count = '1', list = setting] = /^\s*(?:ANY|FIRST)?\s*(\d+)\s*\((.*)\)\s*$/i.exec(setting) ?? [];
  return {
    confirmations: Number(count),
    members: list.split(',').map((name) => name.trim().replace(/^"|"$/g, '')),
  };
}

/** Whether a commit may be confirmed by none but these standbys. */
export function mayBeOnlyOn({ confirmations, members }: Quorum, standbys: readonly string[]): boolean {
  const counted = standbys.filter((name) => members.includes('*') || members.includes(name));
  return counted.length >= confirmations;
}
