import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ComposeFile } from '../../stage/compose-service.ts';
import { OBSERVE_FILE, withObservers } from '../../stage/observed.ts';
import { findStage, readStage, STACKS } from '../../stage/stages.ts';
import { projectName, slotEnvironment } from '../native/addresses.ts';
import type { StackId } from '../runtime.ts';
import { engineAddress } from './engine-address.ts';
import { observeVariables } from './observe.ts';

/** One copy of a stage as a Compose project. */
export interface Project {
  readonly id: StackId;
  readonly name: string;
  readonly file: ComposeFile;
  /** Compose files that are laid over the stage's: what observes it. */
  readonly additions: readonly string[];
  /** What this copy differs in from the file: a second compose file, made by `up`. */
  readonly overridePath: string;
  readonly folder: string;
  /** For the `docker` processes. */
  readonly environment: NodeJS.ProcessEnv;
}

/** What `up` was asked for that decides how the stage's file is read, then and later. */
export interface Wishes {
  /** What the person set for the file's `${NAME}` variables. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly observe?: boolean;
}

export async function projectOf(
  id: StackId,
  { environment: set = {}, observe }: Wishes = {},
): Promise<Project> {
  const environment = { ...callersDigests(), ...set };
  const name = projectName(id.stage, id.slot);
  const folder = join(STACKS, 'compose', name);
  const ports = slotEnvironment(id.stage, id.slot);
  const stageFile = await readStage(id.stage, { ...ports, ...environment });
  const variables = { ...ports, ...(observe ? observeVariables(stageFile, folder) : {}), ...environment };
  return {
    id,
    name,
    file: observe ? await withObservers(stageFile, variables) : stageFile,
    additions: observe ? [OBSERVE_FILE] : [],
    folder,
    overridePath: join(folder, 'override.yaml'),
    environment: { ...(await callersEnvironment(id.stage)), ...engineEnvironment(), ...variables },
  };
}

/**
 * The caller's environment without the variables that the stage's file knows: what a shell happens to have set must not
 * change a stage, in either runtime. `--set` does.
 */
async function callersEnvironment(stage: number): Promise<NodeJS.ProcessEnv> {
  const { composePath, folder } = await findStage(stage);
  const texts = await Promise.all(
    [composePath, join(folder, '../boxes.yaml'), OBSERVE_FILE].map((path) => readFile(path, 'utf8')),
  );
  const known = new Set([...texts.join('\n').matchAll(/\$\{(\w+)/g)].map((match) => match[1]));
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !known.has(name) && !name.startsWith('COMPOSE_')),
  );
}

/** Variables of images' digests (`REDIS_DIGEST`), empty where an engine has other images under the same names. */
function callersDigests(): Readonly<Record<string, string>> {
  const all = Object.entries(process.env as Record<string, string>);
  return Object.fromEntries(all.filter(([name]) => /^[A-Z\d]+_DIGEST$/.test(name)));
}

/** `docker` and the HTTP API talk to the same engine, whatever context `docker` would choose. */
export function engineEnvironment(): NodeJS.ProcessEnv {
  const address = engineAddress();
  return address !== null && 'socketPath' in address ? { DOCKER_HOST: `unix://${address.socketPath}` } : {};
}
