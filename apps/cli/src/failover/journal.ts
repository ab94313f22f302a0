import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogEnd } from '@scaling/tickets/lsn';
import type { StackId, StackState } from '../runtime/runtime.ts';
import { STACKS } from '../stage/stages.ts';
import { writeWhole } from '../write-whole.ts';
import type { Proof } from './proof.ts';

/** A failover that was completed. */
export interface Past {
  readonly at: string;
  readonly from: string;
  readonly to: string;
  /** `off`: what the standbys had not received is lost. */
  readonly sync: 'on' | 'off' | 'suspended';
  /** It was insisted on although acknowledged sales might be lost. */
  readonly lossy?: boolean;
  /** Of `suspended`: a replica has since got all that was acknowledged, and confirms commits again. */
  readonly resumed?: boolean;
}

/** What is remembered of one stack's failovers. */
export interface Journal {
  /** The stack's own start: another stack of the same number begins with none. */
  readonly startedAt: string;
  /** Begun and not completed: the primary that it replaces. */
  readonly underWay: string | null;
  /** Of the one under way: whether it may lose acknowledged sales. */
  readonly proof?: Proof['kind'];
  /** Of the one under way: up to where the primary had written when it took no more writes. */
  readonly fencedAt?: LogEnd;
  /**
   * Of the one under way: the databases of which one may have been promoted, by this try or an earlier one, and until when
   * one may still be (milliseconds since 1970), although the command that asked for it has ended.
   */
  readonly promoting?: { readonly candidates: readonly string[]; readonly until: number };
  readonly past: readonly Past[];
}

/** The lock and the journal of a stack's failovers. */
export function journalPath({ stage, slot }: StackId): string {
  return join(STACKS, 'failovers', `${stage}-${slot}`);
}

export async function readJournal(state: StackState): Promise<Journal> {
  const text = await readFile(`${journalPath(state)}.json`, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  const found = text === null ? null : (JSON.parse(text) as Journal);
  return found !== null && found.startedAt === state.startedAt
    ? found
    : { startedAt: state.startedAt, underWay: null, past: [] };
}

export async function writeJournal(id: StackId, journal: Journal): Promise<void> {
  await writeWhole(`${journalPath(id)}.json`, `${JSON.stringify(journal, null, 2)}\n`);
}

/** Whether what the primary acknowledged since the last failover may be on no other database, even if all others answer. */
export function isUnconfirmed({ past }: Journal): boolean {
  const last = past.at(-1);
  return last?.sync === 'suspended' && last.resumed !== true;
}

/** The box that leads, as far as is remembered: at first the one of kind `db`. */
export function lastLeader(state: StackState, journal: Journal): string | undefined {
  return journal.past.at(-1)?.to ?? state.boxes.find((box) => box.kind === 'db')?.name;
}
