import { innerSite, innerSiteOf } from '../regions/inner-site.ts';
import type { StackState } from '../runtime/runtime.ts';
import type { ComposeFile } from '../stage/compose-service.ts';

/** Where clients come in: the entry of every region, or the only one. Limits for each client would end a run's load. */
export async function sitesOf(file: ComposeFile, state: StackState): Promise<readonly string[]> {
  const regions = Object.keys(file.facts.regions ?? {});
  if (regions.length === 0) return [await innerSite(state)];
  return await Promise.all(regions.map((region) => innerSiteOf(file, state, region)));
}
