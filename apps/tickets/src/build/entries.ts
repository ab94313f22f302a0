import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
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
  { out: 'mailbox', name: 'mailbox', file: join(source, 'mailbox/main.ts') },
  ...['ledger', 'reset', 'migrate', 'replay', 'databases', 'clones'].map((name) => ({
    out: 'admin',
    name,
    file: join(source, `admin/${name}.ts`),
  })),
];

/** Every stage's app.ts, the mail box and the administrative commands. */
export async function entries(): Promise<Entry[]> {
  const stages = join(root, 'stages');
  const apps = (await readdir(stages, { withFileTypes: true, recursive: false }))
    .filter((folder) => folder.isDirectory() && /^\d-/.test(folder.name))
    .map(({ name }) => ({ out: name, name: 'app', file: join(stages, name, 'app.ts') }));
  return [...apps, ...TOOLS];
}
