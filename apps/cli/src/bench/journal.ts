import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { STACKS } from '../stage/stages.ts';

/** What a long measurement has found so far, so that an interrupted one can go on. */
export interface Journal<Entry> {
  read(): Promise<Entry[]>;
  note(entry: Entry): Promise<void>;
  clear(): Promise<void>;
}

/** A line for each entry, below `.stacks/`. */
export function journalOf<Entry>(name: string): Journal<Entry> {
  const path = join(STACKS, 'bench', `${name}.jsonl`);
  return {
    read: async () => {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        return '';
      });
      // The last line may be half, of a measurement that was killed while it wrote.
      const lines = text.split('\n').slice(0, -1);
      return lines.map((line) => JSON.parse(line) as Entry);
    },
    note: async (entry) => {
      await mkdir(dirname(path), { recursive: true });
      await appendFile(path, `${JSON.stringify(entry)}\n`);
    },
    clear: async () => await rm(path, { force: true }),
  };
}
