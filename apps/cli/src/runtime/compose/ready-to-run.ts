import { createServer } from 'node:net';
import { version } from 'docker-compose';
import { coerce, lt } from 'semver';
import { Failure } from '../../failure.ts';
import { engine } from './engine.ts';
import { explain, portBusy } from './explain.ts';
import type { Project } from './project.ts';

/** The first version with everything used here: `up --wait-timeout` and the `!reset` tag. */
const OLDEST_COMPOSE = '2.24.4';

/** @throws Failure when no engine answers, or its Compose plugin is missing or too old. */
export async function checkDocker(project: Project): Promise<void> {
  const [, found] = await Promise.all([
    engine('/info'),
    version({ env: project.environment }).catch((cause: { err?: string }) => {
      const missing = /not a docker command|unknown command|unknown flag|unknown shorthand/.test(
        cause.err ?? '',
      );
      if (!missing) throw explain(project, 'docker compose version', cause);
      throw new Failure('Docker is there, but its Compose plugin is not.', {
        next: 'Install it: https://docs.docker.com/compose/install/linux/. Or run with --runtime native.',
        cause,
      });
    }),
  ]);
  const installed = coerce(found.data.version);
  if (installed === null || !lt(installed, OLDEST_COMPOSE)) return;
  throw new Failure(`Docker Compose ${installed} is too old: ${OLDEST_COMPOSE} or newer is needed.`, {
    next: 'Update the plugin: https://docs.docker.com/compose/install/linux/.',
  });
}

/** @throws Failure naming the first published port that something else listens on. */
export async function checkPorts(project: Project): Promise<void> {
  const ports = Object.values(project.file.services).flatMap((service) => service.ports);
  await Promise.all(
    ports.map(async ({ hostIp, published }) => {
      if (await isFree(hostIp, published)) return;
      const { what, ...details } = portBusy(`${hostIp}:${published}`);
      throw new Failure(what, details);
    }),
  );
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE'));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
