import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = fileURLToPath(new URL('../../../../', import.meta.url));
const source = join(root, 'apps/tickets/src');

/** A program to bundle: `out` is a folder below the build's, which gets `name`.mjs. */
export interface Entry {
  readonly out: string;
  readonly name: string;
  readonly file: string;
}

const TOOLS: readonly Entry[] = [
  { out: 'reference', name: 'reference', file: join(source, 'reference/main.ts') },
  { out: 'mailbox', name: 'mailbox', file: join(source, 'mailbox/main.ts') },
  ...['ledger', 'reset', 'migrate', 'replay', 'databases', 'copies', 'clones', 'shards'].map((name) => ({
    out: 'admin',
    name,
    file: join(source, `admin/${name}.ts`),
  })),
  { out: 'admin', name: 'queue', file: join(root, 'apps/worker/src/admin/queue.ts') },
];

/** The programs of every stage (each .ts file of its folder), the mail box and the administrative commands. */
export async function entries(): Promise<Entry[]> {
  const stages = join(root, 'stages');
  const folders = (await readdir(stages)).filter((name) => /^\d-/.test(name)).sort();
  const programs = await Promise.all(
    folders.map(async (out) => {
      const files = (await readdir(join(stages, out))).filter((name) => name.endsWith('.ts')).sort();
      return files.map((file) => ({ out, name: basename(file, '.ts'), file: join(stages, out, file) }));
    }),
  );
  return [...programs.flat(), ...TOOLS];
}
