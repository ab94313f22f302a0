import { join } from 'node:path';
import type { Journey } from './record.ts';
import { writeWhole } from './write-whole.ts';

/** Writes the journey into `folder`; returns where it is. */
export async function writeReport(journey: Journey, folder: string): Promise<{ readonly json: string }> {
  const json = join(folder, 'journey.json');
  await writeWhole(json, `${JSON.stringify(journey, null, 2)}\n`);
  return { json };
}
