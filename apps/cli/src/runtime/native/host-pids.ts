import { readdir, readFile } from 'node:fs/promises';

/**
 * A stack's processes have ids of their own inside its process namespace. Find what they are called out here, from
 * the `NSpid` line of /proc/PID/status; null for those that are gone.
 */
export async function hostPids(inside: readonly (number | null)[]): Promise<(number | null)[]> {
  const candidates = new Map<number, number[]>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
    const ids = /^NSpid:\t(.+)$/m.exec(status)?.[1]?.split('\t').map(Number) ?? [];
    const [outer, inner] = [ids[0], ids.at(-1)];
    if (outer === undefined || inner === undefined || ids.length < 2) continue;
    candidates.set(inner, [...(candidates.get(inner) ?? []), outer]);
  }
  // Two stacks at once reuse the same inner numbers: only an unambiguous one is told.
  return inside.map((pid) => {
    const found = pid === null ? [] : (candidates.get(pid) ?? []);
    return found.length === 1 ? (found[0] ?? null) : null;
  });
}
