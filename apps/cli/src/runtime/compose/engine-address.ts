import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the engine's HTTP API answers: a unix socket, or a host and port (DOCKER_HOST=tcp://…). */
export type EngineAddress =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number };

/**
 * The engine that the `docker` command would use: `DOCKER_HOST`, else the socket of a system-wide engine, else the one
 * that Docker Desktop makes in the home folder. null where `DOCKER_HOST` is of a kind that only `docker` can reach (ssh).
 */
export function engineAddress(environment: NodeJS.ProcessEnv = process.env): EngineAddress | null {
  const given = environment.DOCKER_HOST;
  if (given?.startsWith('unix://')) return { socketPath: given.slice('unix://'.length) };
  if (given?.startsWith('tcp://')) {
    const url = new URL(given);
    return { host: url.hostname, port: Number(url.port || 2375) };
  }
  if (given) return null;
  const sockets = ['/var/run/docker.sock', join(homedir(), '.docker/run/docker.sock')];
  return { socketPath: sockets.find(existsSync) ?? '/var/run/docker.sock' };
}

/** The address as a person writes it. */
export function engineName(address: EngineAddress): string {
  return 'socketPath' in address ? address.socketPath : `${address.host}:${address.port}`;
}
