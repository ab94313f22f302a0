import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { Failure } from '../../failure.ts';
import type { StackState, UpProgress } from '../runtime.ts';

interface Described {
  readonly message: string;
  readonly where?: string;
  readonly next?: string;
}

/** One that is kept may be closed by the supervisor at the moment when it is used again: ECONNRESET, on a busy machine. */
const NEW_CONNECTION = false;

/** Nobody listens on the socket: the stack is not running. */
export function notRunning(error: unknown): boolean {
  return ['ENOENT', 'ECONNREFUSED'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/**
 * Ask a stack's supervisor.
 *
 * @throws Failure with what the supervisor says went wrong; the socket's own error (see `notRunning`) when it is not there.
 */
export async function ask<T>(socketPath: string, name: string, body: object = {}): Promise<T> {
  const answer = await new Promise<{ value?: T; error?: Described }>((resolve, reject) => {
    const call = request(
      { socketPath, path: `/${name}`, method: 'POST', agent: NEW_CONNECTION },
      (response) => {
        json(response).then((value) => resolve(value as { value?: T; error?: Described }), reject);
      },
    );
    call.once('error', reject);
    call.end(JSON.stringify(body));
  });
  if (answer.error) throw failure(answer.error);
  return answer.value as T;
}

/** Follow a stack's start to its end. */
export async function followUp(
  socketPath: string,
  onProgress: (event: UpProgress) => void,
): Promise<StackState> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request({ socketPath, path: '/up', agent: NEW_CONNECTION }, resolve);
    call.once('error', reject);
    call.end();
  });
  for await (const line of linesOf(response)) {
    const event = JSON.parse(line) as UpProgress | { ready: StackState } | { failed: Described };
    if ('ready' in event) return event.ready;
    if ('failed' in event) throw failure(event.failed);
    onProgress(event);
  }
  throw new Failure('The supervisor ended while the stack started.');
}

async function* linesOf(response: IncomingMessage): AsyncIterable<string> {
  let rest = '';
  response.setEncoding('utf8');
  for await (const chunk of response as AsyncIterable<string>) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function failure({ message, where, next }: Described): Failure {
  return new Failure(message, { ...(where ? { where } : {}), ...(next ? { next } : {}) });
}
