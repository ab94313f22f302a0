import { ROOT } from '../src/stage/stages.ts';

export const NOBODY = 65534;
/** Where every user may go, in a mount namespace of the command's own. */
const OPEN = '/mnt';
const DROP = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];

/**
 * Words before a command that run it as an ordinary user, for tests that root runs. The user sees the checkout below /mnt:
 * the folders that it lies in may be closed to everybody but root. `before` is done as root in the same mount namespace.
 */
export function asNobody(before = ':'): string[] {
  const script = `${before} && mount --bind "$0" ${OPEN} && cd ${OPEN}/apps/cli && exec "$@"`;
  return ['unshare', '--mount', 'sh', '-c', script, ROOT, ...DROP];
}

/** A file of the checkout as that user sees it. */
export function seenByNobody(path: string): string {
  return OPEN + path.slice(ROOT.length);
}
