import { Failure } from '../../failure.ts';
import type { ComposeService } from '../../stage/compose-service.ts';
import type { UpOptions } from '../runtime.ts';
import { startCompose } from './compose-command.ts';
import { EngineError, engine } from './engine.ts';
import { explain } from './explain.ts';
import type { Project } from './project.ts';

type Progress = Pick<UpOptions, 'onProgress' | 'signal'>;

/** A slow network's first time; afterwards it takes a second. */
const LIMIT_MS = 900_000;
/** The lines of a build that say how far it is, in either builder's words. */
const STEP = /^(Step \d|#\d+ \[|\s*\S+ (Pulling|Pulled))/;

/**
 * Pull the pinned images that are not there yet, and build the shop's own: each time, so that a stage runs the code that
 * lies in front of the person. Layers that did not change come from the engine's cache.
 */
export async function prepareImages(project: Project, options: Progress): Promise<void> {
  const services = Object.values(project.file.services).filter((service) => service.profiles.length === 0);
  await pullMissing(
    project,
    services.filter((service) => service.build === null),
    options,
  );
  // One service for each image: several may share it.
  const built = new Map(
    services.filter((service) => service.build).map((service) => [service.image, service]),
  );
  await run(project, options, ['--progress', 'plain', 'build'], [...built.values()]);
}

/** Pull those images of these services that are not there yet. */
export async function pullMissing(
  project: Project,
  services: readonly ComposeService[],
  options: Progress,
): Promise<void> {
  const missing = await Promise.all(
    services.map(async (service) => ((await isThere(service)) ? [] : [service])),
  );
  await run(project, options, ['pull', '--policy', 'missing'], missing.flat());
}

async function run(
  project: Project,
  options: Progress,
  command: readonly string[],
  services: readonly ComposeService[],
): Promise<void> {
  if (services.length === 0) return;
  const process = startCompose(project, [...command, ...services.map(({ name }) => name)], {
    signal: options.signal,
    limitMs: LIMIT_MS,
  });
  const images = services.map(({ image }) => image).join(', ');
  options.onProgress?.({ step: 'prepare', what: `images: ${images}` });
  const display = showLatest(process.iterable({ from: 'all' }), options);
  const ended = await process;
  await display;
  options.signal?.throwIfAborted();
  if (ended.timedOut)
    throw new Failure(`The images were not there within ${LIMIT_MS / 60_000} minutes: ${images}.`);
  if (ended.failed)
    throw explain(project, `docker compose ${command.at(-1)}`, { all: ended.all || ended.message });
}

/** The step that a build is at, twice a second: those that come from the cache rush by. */
async function showLatest(lines: AsyncIterable<string>, options: Progress): Promise<void> {
  let latest = '';
  const show = (): void => {
    if (latest !== '') options.onProgress?.({ step: 'prepare', what: `images: ${latest}` });
    latest = '';
  };
  const timer = setInterval(show, 500);
  try {
    for await (const line of lines) if (STEP.test(line)) latest = line.trim();
  } catch {
    // Only a display: how the command ended is told by its own promise.
  } finally {
    clearInterval(timer);
  }
}

async function isThere(service: ComposeService): Promise<boolean> {
  return engine(`/images/${encodeURIComponent(service.image)}/json`).then(
    () => true,
    (error: unknown) => {
      if (error instanceof EngineError && error.status === 404) return false;
      throw error;
    },
  );
}
