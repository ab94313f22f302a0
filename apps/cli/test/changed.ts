import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../src/stage/stages.ts';

/** A data file of the project with one place changed; undefined takes it out. @param file relative to the checkout */
export async function changed(
  file: string,
  path: readonly (string | number)[],
  value: unknown,
): Promise<Record<string, unknown>> {
  const data = parse(await readFile(join(ROOT, file), 'utf8')) as Record<string, unknown>;
  let place = data as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  if (value === undefined) delete place[last];
  else place[last] = value;
  return data;
}
