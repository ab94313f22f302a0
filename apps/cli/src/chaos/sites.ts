import { siteOf } from '../regions/site-of.ts';
import type { StackState } from '../runtime/runtime.ts';
import type { ComposeFile } from '../stage/compose-service.ts';

/** Where clients come in: the published address of every region, or of the one entry. */
export function sitesOf(file: ComposeFile, state: StackState): readonly string[] {
  const regions = Object.keys(file.facts.regions ?? {});
  return regions.length === 0 ? [state.site] : regions.map((region) => siteOf(file, state, region));
}
