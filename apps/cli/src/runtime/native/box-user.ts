import { readFileSync } from 'node:fs';

/** The first of 100 ids, ten for each slot, above those that distributions give to people and services, and below 65,534 (`nobody`). */
const FIRST_UID = 64_500;

/**
 * The user and group that a stack's boxes run as when root starts it: without a name, without rights, and another one for
 * each stack. null: an ordinary user's boxes run as that user.
 */
export function boxUser(
  stage: number,
  slot: number,
  ids: string = readFileSync('/proc/self/uid_map', 'utf8'),
): number | null {
  const uid = FIRST_UID + slot * 10 + stage;
  return process.getuid?.() === 0 && exists(uid, ids) ? uid : null;
}

/** Whether a user namespace has an id (user_namespaces(7)): one of an ordinary user has a single one. */
function exists(uid: number, ids: string): boolean {
  return ids.split('\n').some((line) => {
    const [first = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
    return uid >= first && uid < first + count;
  });
}

/** Put before a command, it gives up root's rights for good. */
export function asBoxUser(user: number | null): readonly string[] {
  if (user === null) return [];
  const rights = ['--clear-groups', '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all'];
  return ['setpriv', `--reuid=${user}`, `--regid=${user}`, ...rights, '--'];
}
