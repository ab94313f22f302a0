import { hasReached, type LogEnd } from '@scaling/tickets/lsn';
import { mayBeOnlyOn, quorumOf } from '@scaling/tickets/quorum';
import type { Seen } from './databases.ts';

/**
 * Whether a promotion can lose an acknowledged commit. `quorum`: it cannot, because too few databases are silent to have
 * confirmed one alone. `received`: it cannot, because a standby has all that the primary has written; the primary must take
 * no writes from then on. `asynchronous`: commits waited for no replica, so no database but the old primary can tell.
 * `unproved`: a commit may be on none of the databases that answer.
 */
export type Proof =
  | { readonly kind: 'quorum' | 'received' | 'asynchronous' }
  | { readonly kind: 'unproved'; readonly silent: readonly string[]; readonly why: string };

/** What is known beside what the databases say now. */
export interface Known {
  /** Up to where the primary has written: as it was seen a moment earlier, or when it took no more writes. */
  readonly written?: LogEnd | null;
  /** It takes no more writes: `written` counts although it may be gone. */
  readonly fenced?: boolean;
  /** Since the last failover the primary has committed alone, and no replica has caught up since. */
  readonly unconfirmed?: boolean;
  /** Databases of which one may have been promoted already: where it does not answer, nobody knows what it has taken. */
  readonly mayLead?: readonly string[];
}

/**
 * Decides from what the databases say of themselves. A commit is acknowledged once `confirmations` of the members of
 * `synchronous_standby_names` have it on disk. So with fewer missing members than that, each acknowledged commit is on one
 * that answers, and the one with most of the log has all of them. Otherwise the primary's position has to be known, and a
 * standby must have received all that it has written.
 */
export function proofOf(seen: readonly Seen[], from: string, known: Known = {}): Proof {
  const answering = seen.filter((one) => one.role === 'standby' && one.name !== from);
  const setting = seen.find((one) => one.synchronousStandbys !== null)?.synchronousStandbys ?? '';
  const quorum = quorumOf(setting);
  const unknown = seen.filter(({ name, role }) => role === 'silent' && known.mayLead?.includes(name));
  if (unknown.length > 0) {
    const silent = unknown.map(({ name }) => name);
    return { kind: 'unproved', silent, why: `${silent.join(' or ')} may have been promoted already` };
  }
  if (quorum === null) return { kind: 'asynchronous' };
  const old = seen.find((one) => one.name === from);
  const answers = old?.role === 'primary';
  // A member that is a primary itself, left over from before, tells nothing of this primary's commits.
  const absent = seen.filter((one) => one.role !== 'standby' && one.name !== from).map(({ name }) => name);
  // Also once it waits for confirmations again: what it took alone is confirmed only by a replica that has caught up.
  const alone = known.unconfirmed === true || (answers && old.synchronousCommit === 'local');
  if (!alone && !mayBeOnlyOn(quorum, absent)) return { kind: 'quorum' };
  const written = known.written ?? (answers ? logEndOf(old) : null);
  const received =
    written !== null &&
    answering.some((one) => {
      const has = logEndOf(one);
      return has !== null && hasReached(has, written);
    });
  if ((answers || known.fenced === true) && received) return { kind: 'received' };
  const names = answering.map((one) => one.name).join(' and ');
  return {
    kind: 'unproved',
    silent: answers ? absent : [...absent, from],
    why: answers
      ? `not everything that ${from} has written is on ${names}`
      : alone
        ? `${names} may lack sales that ${from} alone has taken`
        : `${names} may lack sales that only ${absent.join(' and ')} confirmed`,
  };
}

/** Up to where a database has its log; null: it does not answer. */
export function logEndOf(seen: Seen | undefined): LogEnd | null {
  const { timeline, position } = seen ?? {};
  return typeof timeline === 'number' && typeof position === 'string' ? { timeline, position } : null;
}
