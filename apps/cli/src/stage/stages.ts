import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../failure.ts';
import { readComposeFile } from './compose-file.ts';
import type { ComposeFile } from './compose-service.ts';

/** The checkout's root folder. */
export const ROOT = findRoot();

/** Where running stacks keep their data, logs and results: `<checkout>/.stacks` (not in version control). */
export const STACKS = process.env.SCALING_STACKS ?? join(ROOT, '.stacks');

export interface Stage {
  readonly number: number;
  /** Folder name, e.g. `4-read-replicas`. */
  readonly name: string;
  readonly folder: string;
  readonly composePath: string;
}

/** The stages there are, in order: the numbered folders below `stages/` of a checkout, this one if none is named. */
export async function listStages(root = ROOT): Promise<Stage[]> {
  const entries = await readdir(join(root, 'stages'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && /^\d-/.test(entry.name))
    .map((entry) => {
      const folder = join(root, 'stages', entry.name);
      return {
        number: Number(entry.name[0]),
        name: entry.name,
        folder,
        composePath: join(folder, 'compose.yaml'),
      };
    })
    .sort((a, b) => a.number - b.number);
}

/** @throws Failure when there is no such stage. */
export async function findStage(number: number, root = ROOT): Promise<Stage> {
  const stages = await listStages(root);
  const stage = stages.find((each) => each.number === number);
  if (stage) return stage;
  throw new Failure(`There is no stage ${number}.`, {
    ...(root === ROOT ? {} : { where: root }),
    next: `Stages here: ${stages.map((each) => each.number).join(', ')}. \`pnpm stage\` lists them.`,
  });
}

/** A stage's compose.yaml, read. `environment` takes part in its interpolation; the caller's own does not. */
export async function readStage(
  number: number,
  environment: Readonly<Record<string, string | undefined>> = {},
  root = ROOT,
): Promise<ComposeFile> {
  return readComposeFile((await findStage(number, root)).composePath, environment);
}

function findRoot(): string {
  // From the sources and from a bundle in node_modules/.cache alike: the folder above that holds `stages/`.
  const here = dirname(fileURLToPath(import.meta.url));
  const match = /^(.*?)[/\\](?:apps[/\\]cli[/\\]|node_modules[/\\]\.cache[/\\])/.exec(`${here}/`);
  return resolve(match?.[1] ?? process.cwd());
}
