import type { StackState } from '../runtime/runtime.ts';
import type { ComposeFile } from '../stage/compose-service.ts';

/**
 * Where visitors of a region come in from this machine: the published port of the way that x-stage names, else, for
 * home, the site itself. The file is read without a slot's ports, so those are counted from the site's own.
 */
export function siteOf({ facts, services }: ComposeFile, state: StackState, region: string): string {
  const [service = '', target] = facts.regions?.[region]?.split(':') ?? [];
  const publishedAt = (name: string, port: number) =>
    services[name]?.ports.find((each) => each.target === port)?.published;
  const own = publishedAt(service, Number(target));
  const home = publishedAt(facts.entry, 8080);
  if (own === undefined || home === undefined) return state.site;
  const site = new URL(state.site);
  site.port = String(Number(site.port) + own - home);
  return site.origin;
}
