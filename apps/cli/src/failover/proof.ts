import { lsnNumber } from '@scaling/tickets/lsn';
import type { Seen } from './databases.ts';

/**
 * Whether a promotion can lose an acknowledged commit. `complete`: it cannot. `asynchronous`: commits waited for no
 * replica, so no database but the old primary can tell. `unproved`: a commit may be on none of the databases that answer.
 */
export type Proof =
  | { readonly kind: 'complete' }
  | { readonly kind: 'asynchronous' }
  | { readonly kind: 'unproved'; readonly silent: readonly string[]; readonly why: string };

/**
 * Decides from what the databases say of themselves. A commit is acknowledged once `confirmations` of the members of
 * `synchronous_standby_names` have it on disk. So with fewer missing members than that, each acknowledged commit is on one
 * that answers, and the one with most of the log has all of them. Otherwise the primary has to answer, and a standby must
 * have received all that it has written.
 *
 * @param before What was seen a moment earlier: a standby that has reached the primary's position of then has every
 *   commit that a silent member could have confirmed, since a member that does not answer confirms nothing.
 */
export function proofOf(seen: readonly Seen[], from: string, before: readonly Seen[] = seen): Proof {
  const answering = seen.filter((one) => one.role === 'standby' && one.name !== from);
  const setting = seen.find((one) => one.synchronousStandbys !== null)?.synchronousStandbys ?? '';
  const quorum = quorumOf(setting);
  if (quorum === null) return { kind: 'asynchronous' };
  const old = seen.find((one) => one.name === from);
  const { members } = quorum;
  // A member that is a primary itself, left over from before, tells nothing of this primary's commits.
  const silent = seen
    .filter((one) => one.role !== 'standby' && one.name !== from)
    .filter((one) => members.includes('*') || members.includes(one.name))
    .map((one) => one.name);
  const alone = old?.role === 'primary' && old.synchronousCommit === 'local';
  if (!alone && silent.length < quorum.confirmations) return { kind: 'complete' };
  const written = before.find((one) => one.name === from && one.role === 'primary')?.position ?? null;
  const received = answering.some(
    (one) => written !== null && lsnNumber(one.position ?? '') >= lsnNumber(written),
  );
  if (old?.role === 'primary' && received) return { kind: 'complete' };
  const names = answering.map((one) => one.name).join(' and ');
  return {
    kind: 'unproved',
    silent: old?.role === 'primary' ? silent : [...silent, from],
    why:
      old?.role === 'primary'
        ? `not everything that ${from} has written is on ${names}`
        : `${names} may lack sales that only ${silent.join(' and ')} confirmed`,
  };
}

/** null: commits wait for no replica. Only the form that the stages use is known; any other counts as one confirmation of all. */
function quorumOf(setting: string): { confirmations: number; members: readonly string[] } | null {
  if (setting.trim() === '') return null;
  const [, count = '1', list = setting] = /^\s*(?:ANY|FIRST)?\s*(\d+)\s*\((.*)\)\s*$/i.exec(setting) ?? [];
  return {
    confirmations: Number(count),
    members: list.split(',').map((name) => name.trim().replace(/^"|"$/g, '')),
  };
}
