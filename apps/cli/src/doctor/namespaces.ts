import { execa } from 'execa';

export type Namespaces = { readonly allowed: true } | { readonly allowed: false; readonly why: string };

/** Try what the native runtime does for every stack: mounts and processes of its own, for an ordinary user in a user namespace. */
export async function tryNamespaces(): Promise<Namespaces> {
  if (process.platform !== 'linux') return { allowed: false, why: `this is ${process.platform}` };
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const inside = process.getuid?.() === 0 ? ['true'] : ['unshare', '--user', '--map-user=1', 'true'];
  const args = [...user, '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', ...inside];
  const result = await execa('unshare', args, { reject: false, timeout: 5_000, stdin: 'ignore' });
  if (!result.failed) return { allowed: true };
  if (result.code === 'ENOENT') return { allowed: false, why: 'no unshare on PATH (package util-linux)' };
  return { allowed: false, why: result.stderr.split('\n')[0] || 'unshare did not end within 5 s' };
}
