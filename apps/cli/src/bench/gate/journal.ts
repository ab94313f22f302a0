import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BootFigures } from '../../check/boot.ts';
import { STACKS } from '../../stage/stages.ts';

/**
 * What is beside what. `A` and `7`: the stage beside an equal version, and beside one whose apps take 7 percent more CPU for
 * a request. `reference` and `15`: beside the reference the stage as it is, and one whose apps take 15 percent more.
 */
export const VARIANTS = ['A', '7', 'reference', '15'] as const;
export type Variant = (typeof VARIANTS)[number];

/** One boot of the gate. */
export interface GateBoot {
  readonly stage: number;
  readonly variant: Variant;
  readonly commit: string;
  readonly figures: BootFigures;
}

const JOURNAL = join(STACKS, 'gate', 'boots.jsonl');

/** The boots of an earlier, interrupted gate; none if there was none. */
export async function readJournal(): Promise<GateBoot[]> {
  const text = await readFile(JOURNAL, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
  // The last line may be half, of a gate that was killed while it wrote.
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as GateBoot);
}

export async function noteBoot(boot: GateBoot): Promise<void> {
  await mkdir(dirname(JOURNAL), { recursive: true });
  await appendFile(JOURNAL, `${JSON.stringify(boot)}\n`);
}

export async function clearJournal(): Promise<void> {
  await rm(JOURNAL, { force: true });
}
