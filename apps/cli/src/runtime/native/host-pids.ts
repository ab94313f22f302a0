import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * A stack's processes have ids of their own inside its process namespace. Find what they are called out here, from
 * the `NSpid` line of /proc/PID/status; null for those that are gone.
 *
 * @param namespace what /proc/self/ns/pid links to inside: another stack's processes have the same ids
 */
export async function hostPids(
  inside: readonly (number | null)[],
  namespace: string,
): Promise<(number | null)[]> {
  const outer = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // Gone meanwhile, or somebody else's: not one of ours.
    const its = await readlink(`/proc/${name}/ns/pid`).catch(() => '');
    if (its !== namespace) continue;
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
    const inner = /^NSpid:\t(.+)$/m.exec(status)?.[1]?.split('\t').at(-1);
    if (inner !== undefined) outer.set(Number(inner), Number(name));
  }
  return inside.map((pid) => (pid === null ? null : (outer.get(pid) ?? null)));
}
