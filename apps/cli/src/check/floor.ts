import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { ROOT } from '../stage/stages.ts';

/** By how much the ratio of a run (`BOOTS_A_RUN` boots) moves when nothing has changed: σ of its logarithm. */
const spread = z.object({
  /** Between two equal versions. */
  against: z.object({ cpu: z.number().positive(), throughput: z.number().positive() }),
  /** Between a version and the frozen reference. */
  reference: z.object({ cpu: z.number().positive(), throughput: z.number().positive() }),
  /** That it was measured with, of either kind. */
  boots: z.number().int().positive(),
});

export type Floor = z.infer<typeof spread>;

const record = z.object({ stages: z.record(z.string(), z.looseObject({ floor: spread })) });

/** Written by `pnpm bench gate --record`. */
export const GATE_RECORD = join(ROOT, 'docs', 'results', 'gate.json');

/** What the gate recorded of each stage; null: it never did. @throws ZodError when the record is none. */
export async function readGateRecord(): Promise<z.infer<typeof record> | null> {
  if (!existsSync(GATE_RECORD)) return null;
  return record.parse(JSON.parse(await readFile(GATE_RECORD, 'utf8')));
}

/**
 * The measured floor of a stage: its own, or, of a stage that the gate did not measure, the widest of those it did.
 *
 * @throws Failure when none was ever measured: a verdict would rest on an assumption.
 */
export async function floorOf(stage: number): Promise<Floor> {
  const recorded = await readGateRecord();
  if (recorded === null)
    throw new Failure('Nobody has measured yet how far two equal versions lie apart.', {
      where: GATE_RECORD,
      next: 'Measure it on a quiet machine: `pnpm bench gate --record`.',
    });
  const own = recorded.stages[String(stage)]?.floor;
  if (own !== undefined) return own;
  return widest(Object.values(recorded.stages).map(({ floor }) => floor));
}

function widest(floors: readonly Floor[]): Floor {
  const most = (of: (floor: Floor) => number) => Math.max(...floors.map(of));
  return {
    against: { cpu: most((f) => f.against.cpu), throughput: most((f) => f.against.throughput) },
    reference: { cpu: most((f) => f.reference.cpu), throughput: most((f) => f.reference.throughput) },
    boots: Math.min(...floors.map(({ boots }) => boots)),
  };
}
