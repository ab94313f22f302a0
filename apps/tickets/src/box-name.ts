import { promises as dns } from 'node:dns';
import { existsSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';

const LOOKUP_LIMIT_MS = 500;

/**
 * What this box is called: the name given, else what the engine's name server says of its own address
 * (`scaling-3-app-2.scaling-3_default` is `app-2`), else the host's name. A clone adds its number: `single/2`.
 */
export async function boxName(given: string | undefined, clone: number | undefined): Promise<string> {
  const name = given ?? (await containerName()) ?? hostname();
  return clone === undefined ? name : `${name}/${clone}`;
}

async function containerName(): Promise<string | undefined> {
  // Only an engine's own network knows containers by address; elsewhere a lookup would only cost time.
  if (!existsSync('/.dockerenv')) return undefined;
  const own = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal);
  if (own === undefined) return undefined;
  const resolver = new dns.Resolver({ timeout: LOOKUP_LIMIT_MS, tries: 1 });
  // No name server that knows us: the host's name will do.
  const [name] = await resolver.reverse(own.address).catch(() => []);
  return name === undefined ? undefined : nameOf(name);
}

/** `scaling-3-app-2.scaling-3_default` → `app-2`; undefined for a name that is not a Compose container's. */
export function nameOf(container: string): string | undefined {
  const [name = '', network = ''] = container.split('.');
  const project = network.slice(0, network.lastIndexOf('_'));
  return project !== '' && name.startsWith(`${project}-`) ? name.slice(project.length + 1) : undefined;
}
