import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StackId, StackState } from '../runtime/runtime.ts';
import { STACKS } from '../stage/stages.ts';
import { writeWhole } from '../write-whole.ts';

/** What is remembered of the runs against one stack since its `up` or last reset. */
export interface StackRecords {
  /** The stack's own start: another stack of the same number starts with nothing. */
  readonly startedAt: string;
  /** Seats below this cursor were asked for by earlier runs. */
  readonly seatOffset: number;
  /** Seats of each of their purchases; pairs if nothing is said. */
  readonly seatsPerPurchase?: number;
  /** Results folders of the runs, oldest first; each holds an history.jsonl. */
  readonly runs: readonly string[];
  /** Scenarios that the boxes were warmed up with. */
  readonly warm: readonly string[];
}

/** Folder of everything recorded about a stack's runs. */
export function recordsFolder({ stage, slot }: StackId): string {
  return join(STACKS, 'runs', `${stage}-${slot}`);
}

/** The records of the stack that runs now; those of an earlier one are removed, and a new leaf is begun. */
export async function readRecords(state: StackState): Promise<StackRecords> {
  const folder = recordsFolder(state);
  const none: StackRecords = { startedAt: state.startedAt, seatOffset: 0, runs: [], warm: [] };
  const text = await readFile(join(folder, 'records.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  const found = text === null ? null : (JSON.parse(text) as StackRecords);
  if (found?.startedAt === state.startedAt) return found;
  await rm(folder, { recursive: true, force: true });
  await writeRecords(state, none);
  return none;
}

export async function writeRecords(id: StackId, records: StackRecords): Promise<void> {
  await writeWhole(join(recordsFolder(id), 'records.json'), `${JSON.stringify(records, null, 2)}\n`);
}
