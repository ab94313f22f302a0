import { join } from 'node:path';
import { STACKS } from '../stage/stages.ts';
import { writeWhole } from '../write-whole.ts';
import type { Final } from './final.ts';
import type { Journal } from './journal.ts';
import type { Schedule } from './schedule.ts';

/** Where a run is kept: `.stacks/chaos/4-seed-17-2026-11-30T09-30-00`. */
export function recordFolder({ stage, seed }: Schedule, startedAt: Date): string {
  const moment = startedAt.toISOString().slice(0, 19).replaceAll(':', '-');
  return join(STACKS, 'chaos', `${stage}-seed-${seed}-${moment}`);
}

/** Keeps all that a run consists of: a repeat of its seed is likely to find the same, and not certain. */
export async function keepRecord(
  folder: string,
  { schedule, journal, final }: { schedule: Schedule; journal: Journal; final: Final | null },
): Promise<void> {
  const write = (name: string, value: unknown) =>
    writeWhole(
      join(folder, name),
      `${JSON.stringify(value, (_, each) => (each instanceof Map ? [...each] : each), 1)}\n`,
    );
  const lines = journal.history.map((one) => `${JSON.stringify(one)}\n`).join('');
  await Promise.all([
    write('schedule.json', schedule),
    write('steps.json', journal.done),
    write('streams.json', journal.streams),
    write('final.json', final),
    writeWhole(join(folder, 'history.jsonl'), lines),
  ]);
}
