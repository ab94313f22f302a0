import { Failure } from '../../failure.ts';
import type { Project } from './project.ts';

const LAST_LINES = 8;

/** What went wrong in a `docker` process, in words for a person. */
export function explain(project: Project, command: string, cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  const found = cause as { err?: string; all?: string; stderr?: string; message?: string; code?: string };
  const said = found.err || found.all || found.stderr || found.message || String(cause);
  const known: Partial<Known> = recognise(said) ?? {};
  const lines = said.trim().split('\n').slice(-LAST_LINES).join('\n');
  return new Failure(known.what ?? `\`${command}\` failed:\n${lines}`, {
    where: known.where ?? project.file.path,
    next: known.next ?? `Its own words say more: \`docker compose --project-name ${project.name} logs\`.`,
    cause,
  });
}

interface Known {
  readonly what: string;
  readonly where?: string;
  readonly next: string;
}

function recognise(said: string): Known | undefined {
  if (/ENOENT/.test(said))
    return {
      what: 'The docker command is missing.',
      next: 'Install Docker with its Compose plugin (https://docs.docker.com/engine/install/), or run with --runtime native.',
    };
  const port = /(?:Bind for|bind:? (?:host port )?(?:for )?|listen tcp4? )(\d+\.\d+\.\d+\.\d+:\d+)/.exec(
    said,
  )?.[1];
  if (port && /already (allocated|in use)/.test(said)) return portBusy(port);
  const image =
    /(?:pull access denied for|manifest for|failed to resolve reference|Error response from daemon: Get) "?([^\s",]+)/.exec(
      said,
    )?.[1];
  if (image || /(?:error pulling image|lookup .* no such host|TLS handshake timeout)/.test(said))
    return {
      what: `An image cannot be pulled${image ? `: ${image}` : ''}.`,
      ...(image ? { where: image } : {}),
      next: 'Is the network there? Try `docker pull` with that name, or run with --runtime native.',
    };
  if (/no space left on device/.test(said))
    return {
      what: 'The disk of the Docker engine is full.',
      next: 'Make room: `docker system df`, `docker system prune`.',
    };
  return undefined;
}

/** A published port that something else listens on. */
export function portBusy(address: string): Known {
  const port = address.slice(address.lastIndexOf(':') + 1);
  return {
    what: `Port ${port} is taken by another program.`,
    where: address,
    next: `Who has it: \`ss -ltnp "sport = :${port}"\` (macOS: \`lsof -i :${port}\`). Is a stage up already? \`pnpm stage\` lists them.`,
  };
}
