import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { execCompose, type IDockerComposeResult } from 'docker-compose';
import { execa } from 'execa';
import { explain } from './explain.ts';
import type { Project } from './project.ts';

/** Arguments that every command about a stack starts with. */
function projectArguments(project: Project, ...moreFiles: readonly string[]): string[] {
  const all = [project.file.path, ...project.additions, project.overridePath, ...moreFiles];
  const files = all.filter((path) => existsSync(path));
  return ['--project-name', project.name, ...files.flatMap((path) => ['--file', path])];
}

/**
 * Run a command of Docker Compose to its end. For what is short; the engine bounds it.
 *
 * @throws Failure in words for a person.
 */
export async function compose(
  project: Project,
  command: string,
  args: readonly string[],
): Promise<IDockerComposeResult> {
  try {
    return await execCompose(command, [...args], {
      cwd: dirname(project.file.path),
      composeOptions: projectArguments(project),
      env: project.environment,
    });
  } catch (cause) {
    throw explain(project, `docker compose ${command}`, cause);
  }
}

/** Start a command of Docker Compose that takes long and that a person may interrupt. */
export function startCompose(
  project: Project,
  args: readonly string[],
  options: { signal?: AbortSignal | undefined; limitMs?: number; files?: readonly string[] } = {},
) {
  return execa('docker', ['compose', ...projectArguments(project, ...(options.files ?? [])), ...args], {
    cwd: dirname(project.file.path),
    env: project.environment,
    extendEnv: false,
    all: true,
    reject: false,
    stdin: 'ignore',
    forceKillAfterDelay: 5000,
    cancelSignal: options.signal ?? new AbortController().signal,
    timeout: options.limitMs ?? 0,
  });
}
