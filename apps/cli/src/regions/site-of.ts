import type { StackState } from '../runtime/runtime.ts';
import type { ComposeFile } from '../stage/compose-service.ts';
import { publishedSite } from '../stage/published-site.ts';

/**
 * Where visitors of a region come in from this machine: the published port of the way that x-stage names, else, for
 * home, the site itself. The file is read without a slot's ports, so those are counted from the site's own.
 */
export function siteOf(file: ComposeFile, state: StackState, region: string): string {
  const [service = '', target] = file.facts.regions?.[region]?.split(':') ?? [];
  const own = publishedSite(file, service, Number(target))?.published;
  const home = publishedSite(file, file.facts.entry)?.published;
  if (own === undefined || home === undefined) return state.site;
  const site = new URL(state.site);
  site.port = String(Number(site.port) + own - home);
  return site.origin;
}
