/** A service as plain data, paths already absolute, before its values are typed. */
export type RawService = Record<string, unknown>;

const APPENDED = ['tmpfs', 'cap_drop', 'security_opt', 'profiles', 'ports'];
const MERGED = ['environment', 'labels', 'build', 'healthcheck', 'depends_on'];

/**
 * Lay a service over the one it extends, by Compose's rules: maps merge, lists append, mounts replace those with the
 * same target, everything else is overridden. https://docs.docker.com/reference/compose-file/merge/
 */
export function overlay(base: RawService, own: RawService): RawService {
  const merged: RawService = { ...base, ...own };
  for (const key of MERGED) {
    if (base[key] && own[key]) merged[key] = { ...(base[key] as object), ...(own[key] as object) };
  }
  for (const key of APPENDED) {
    if (base[key] && own[key])
      merged[key] = [...new Set([...(base[key] as unknown[]), ...(own[key] as unknown[])])];
  }
  if (base.volumes && own.volumes) {
    const byTarget = new Map<string, string>();
    for (const mount of [...(base.volumes as string[]), ...(own.volumes as string[])]) {
      byTarget.set(mount.split(':')[1] ?? mount, mount);
    }
    merged.volumes = [...byTarget.values()];
  }
  return merged;
}
