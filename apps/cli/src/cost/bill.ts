import { partsOf } from '../stage/parts.ts';
import { readStage } from '../stage/stages.ts';
import type { Bill } from './as-run.ts';

/** A stage as its compose file has it, at these prices. */
export async function billOf(stage: number, at: Pick<Bill, 'prices' | 'traffic'>): Promise<Bill> {
  const file = await readStage(stage);
  const regions = Math.max(1, Object.keys(file.facts.regions ?? {}).length);
  return { parts: partsOf(file), regions, ...at };
}
