import { isIP } from 'node:net';

/** Clients can make up names: so many of them are remembered. */
const MAX_REMEMBERED = 100;

/**
 * Tells the names under which this server is asked from those of other sites. A page of another site can have its name lead
 * to this machine (DNS rebinding). Its requests then look to the browser like the page's own, but they still say its name.
 *
 * `urls`: where this server, and those that it works with, are reached. Also known are addresses and names without a dot,
 * which are boxes' or `localhost`: no site on the internet is called so.
 */
export function knownHosts(urls: readonly string[]): (host: string | undefined) => boolean {
  const own = new Set(urls.map((url) => new URL(url).hostname));
  const remembered = new Map<string, boolean>();

  function isOurs(host: string): boolean {
    if (!URL.canParse(`http://${host}`)) return false;
    const { hostname } = new URL(`http://${host}`);
    const name = hostname.replace(/^\[|\]$/g, '');
    return !name.includes('.') || isIP(name) !== 0 || name.endsWith('.localhost') || own.has(name);
  }

  return (host) => {
    // Load balancers' probes have none (HTTP/1.0). Browsers always say it.
    if (host === undefined) return true;
    const known = remembered.get(host);
    if (known !== undefined) return known;
    const found = isOurs(host);
    if (remembered.size < MAX_REMEMBERED) remembered.set(host, found);
    return found;
  };
}
