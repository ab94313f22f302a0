import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type Operation, operation } from './operation.ts';

/** The file of a run's folder that holds its history: what k6's scripts log. */
export const HISTORY = 'history.jsonl';

/** A moment of a timeline (loadtests/lib/timeline.ts) stands in the same file, and is no operation. */
const moment = z.object({ request: z.string() });

/** The operations of these runs (results folders), in the order in which they ended. A run without any has no file, or an empty one. */
export async function readHistory(runs: readonly string[]): Promise<readonly Operation[]> {
  const history: Operation[] = [];
  for (const run of runs) {
    const text = await readFile(join(run, HISTORY), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    for (const [index, line] of text.split('\n').entries()) {
      // k6 writes the scripts' warnings into the same file.
      if (!line.startsWith('{')) continue;
      const parsed: unknown = JSON.parse(line);
      const one = operation.safeParse(parsed);
      if (one.success) history.push(one.data);
      else if (!moment.safeParse(parsed).success)
        throw new Error(`${basename(run)}/${HISTORY}:${index + 1} cannot be read: ${line}`);
    }
  }
  return history;
}
