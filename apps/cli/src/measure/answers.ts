import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { HISTORY } from '../history/read-history.ts';

/** As loadtests/lib/timeline.ts writes it. */
const line = z.object({
  side: z.string(),
  request: z.string(),
  sentAt: z.number(),
  ms: z.number(),
  verdict: z.string(),
});

/** One right answer. Milliseconds; `sentAt` since 1970. */
export interface Answered {
  readonly side: string;
  readonly request: string;
  readonly sentAt: number;
  readonly ms: number;
}

/** The right answers of a run that kept a timeline, in the order in which they ended. @param results its folder. */
export async function readAnswers(results: string): Promise<readonly Answered[]> {
  const text = await readFile(join(results, HISTORY), 'utf8');
  return text.split('\n').flatMap((words) => {
    if (!words.startsWith('{') || !words.includes('"sentAt"')) return [];
    const { verdict, ...answered } = line.parse(JSON.parse(words));
    return verdict === 'right' ? [answered] : [];
  });
}

/** Milliseconds of one side's answers, by the second of the measured time in which they were asked for. */
export function bySecond(
  answers: readonly Answered[],
  side: string,
  window: { readonly from: number; readonly seconds: number },
): number[][] {
  const bins: number[][] = Array.from({ length: window.seconds }, () => []);
  for (const each of answers)
    if (each.side === side) bins[Math.floor((each.sentAt - window.from) / 1000)]?.push(each.ms);
  return bins;
}
