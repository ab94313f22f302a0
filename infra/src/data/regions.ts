import { join } from 'node:path';
import { checked, readData } from '@scaling/cli/cost/read-data';
import { ROOT } from '@scaling/cli/stage/stages';
import { z } from 'zod';
import { ZONES } from '../network/ranges.ts';

/** Relative to the checkout. */
export const REGIONS = 'infra/regions.yaml';

const SERVICES = ['msk-serverless'] as const;

/** A service that not every region has. */
export type Service = (typeof SERVICES)[number];

const zones = z
  .array(z.string().regex(/^[a-z]$/, 'a zone is a letter'))
  .length(ZONES, `name ${ZONES} zones`)
  .default(['a', 'b']);
const regions = z.record(z.string(), z.strictObject({ zones, lacks: z.array(z.enum(SERVICES)).optional() }));

/** Regions that may be chosen, and what they lack. */
export type Regions = z.infer<typeof regions>;

/** @throws Failure naming each entry that is not as it should be. */
export async function readRegions(path = join(ROOT, REGIONS)): Promise<Regions> {
  return readData(path, regions);
}

/** The same for what was read already. */
export function parseRegions(data: unknown): Regions {
  return checked(data, regions, REGIONS);
}
