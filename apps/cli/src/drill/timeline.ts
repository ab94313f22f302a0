import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { HISTORY } from '../history/read-history.ts';
import { type Outcome, outcomeIn } from './outcome.ts';

/** What a load's requests came to, as far as it is known by now. */
export interface Timeline {
  /** In the order in which they ended. */
  readonly outcomes: readonly Outcome[];
  /** Takes up what was written since the last call. */
  read(): Promise<void>;
}

/** Follows the file that k6 writes its scripts' lines into. @param results the run's folder. */
export function followTimeline(results: string): Timeline {
  const path = join(results, HISTORY);
  const outcomes: Outcome[] = [];
  let offset = 0;
  let rest = Buffer.alloc(0);
  return {
    outcomes,
    read: async () => {
      const added = await readFrom(path, offset);
      offset += added.length;
      const bytes = Buffer.concat([rest, added]);
      // The last line may be half written, in the middle of a character even.
      const end = bytes.lastIndexOf('\n') + 1;
      rest = bytes.subarray(end);
      for (const line of bytes.toString('utf8', 0, end).split('\n')) {
        const outcome = outcomeIn(line);
        if (outcome !== null) outcomes.push(outcome);
      }
    },
  };
}

async function readFrom(path: string, offset: number): Promise<Buffer> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null; // k6 makes it with the first line.
    throw error;
  });
  if (file === null) return Buffer.alloc(0);
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.max(0, size - offset));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
