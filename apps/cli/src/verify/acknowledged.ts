import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';

const answer = z.object({
  side: z.string(),
  key: z.string(),
  status: z.union([z.literal(200), z.literal(201), z.literal(409)]),
  id: z.string().nullable(),
  showId: z.number(),
  seats: z.array(z.number()),
  replayed: z.boolean(),
});
const cancelled = z.object({ side: z.string(), cancelled: z.string() });
/** A moment of a timeline (loadtests/lib/timeline.ts): no promise to anybody. */
const moment = z.object({ request: z.string() });

/** What a buyer was told, as loadtests/lib/acknowledge.ts writes it. */
export type Answer = z.infer<typeof answer>;
export type Cancelled = z.infer<typeof cancelled>;

export interface Acknowledged {
  readonly answers: readonly Answer[];
  readonly cancelled: readonly Cancelled[];
}

/** What buyers were told in these runs (results folders). A run without purchases has no file, or an empty one. */
export async function readAcknowledged(runs: readonly string[]): Promise<Acknowledged> {
  const answers: Answer[] = [];
  const given: Cancelled[] = [];
  for (const run of runs) {
    const text = await readFile(join(run, 'acknowledged.jsonl'), 'utf8').catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      },
    );
    for (const [index, line] of text.split('\n').entries()) {
      // k6 writes the scripts' warnings into the same file.
      if (!line.startsWith('{')) continue;
      const parsed: unknown = JSON.parse(line);
      const sale = answer.safeParse(parsed);
      const cancellation = cancelled.safeParse(parsed);
      if (sale.success) answers.push(sale.data);
      else if (cancellation.success) given.push(cancellation.data);
      else if (!moment.safeParse(parsed).success)
        throw new Error(`${basename(run)}/acknowledged.jsonl:${index + 1} cannot be read: ${line}`);
    }
  }
  return { answers, cancelled: given };
}
