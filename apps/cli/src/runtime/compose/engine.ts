import { request as httpRequest } from 'node:http';
import { Failure } from '../../failure.ts';
import { engineAddress, engineName } from './engine-address.ts';

const LIMIT_MS = 15_000;

/** An answer of the engine that is no success: `status` tells a missing container (404) from a conflict (409). */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface EngineCall {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  /** Milliseconds; 15 s unless told. */
  readonly limitMs?: number;
}

/**
 * Ask the engine's HTTP API, for what Compose has no verb for. The answer is its JSON, or its bytes.
 *
 * @throws Failure when no engine answers; EngineError when it refuses.
 */
export async function engine<T>(path: string, call: EngineCall = {}): Promise<T> {
  const bytes = await engineBytes(path, call);
  return (bytes.length === 0 ? null : JSON.parse(bytes.toString('utf8'))) as T;
}

async function engineBytes(path: string, call: EngineCall = {}): Promise<Buffer> {
  const { status, bytes } = await ask(path, call).catch((cause: NodeJS.ErrnoException) => {
    throw cause instanceof Failure ? cause : unreachable(cause);
  });
  if (status < 300 || status === 304) return bytes;
  throw new EngineError(status, messageOf(bytes));
}

/** Does a Docker engine answer? Known within half a second. */
export async function dockerEngineAnswers(): Promise<boolean> {
  if (engineAddress() === null) return false;
  return ask('/_ping', { limitMs: 500 }).then(
    ({ status }) => status === 200,
    () => false,
  );
}

function ask(path: string, call: EngineCall): Promise<{ status: number; bytes: Buffer }> {
  const address = engineAddress();
  if (address === null)
    throw new Failure('DOCKER_HOST names an engine that only the docker command can reach.', {
      where: process.env.DOCKER_HOST ?? '',
      next: 'Use unix:// or tcp://, for instance through `ssh -L /tmp/docker.sock:/var/run/docker.sock HOST`.',
    });
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    // Signal rather than socket timeout: it bounds the whole exchange.
    const signal = AbortSignal.timeout(call.limitMs ?? LIMIT_MS);
    const request = httpRequest(
      { ...address, path, method: call.method ?? 'GET', headers, signal, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, bytes: Buffer.concat(chunks) }));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function messageOf(bytes: Buffer): string {
  const text = bytes.toString('utf8').trim();
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}

function unreachable(cause: NodeJS.ErrnoException): Failure {
  const address = engineAddress();
  const where = address === null ? '' : engineName(address);
  if (cause.code === 'EACCES')
    return new Failure('You may not use the Docker engine.', {
      where,
      next: 'Join the group: `sudo usermod -aG docker $USER` and log in again. Or run with --runtime native.',
      cause,
    });
  if (cause.name === 'AbortError' || cause.name === 'TimeoutError')
    return new Failure('The Docker engine does not answer in time.', {
      where,
      next: 'See what it says: `docker info`.',
      cause,
    });
  return new Failure(`No Docker engine answers (${cause.code ?? cause.message}).`, {
    where,
    next: 'Start Docker, or run with --runtime native (Linux).',
    cause,
  });
}
