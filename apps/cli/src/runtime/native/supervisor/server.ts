import { readlinkSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { Failure } from '../../../failure.ts';
import type { UpProgress } from '../../runtime.ts';
import { LoadJob, runInBox } from './jobs.ts';
import { pinProcesses } from './pin.ts';
import type { Stack } from './stack.ts';

type Body = Record<string, unknown>;
type Call = (body: Body) => Promise<unknown> | unknown;

/**
 * What can be asked of a stack over its unix socket: POST /NAME with a JSON body, answered `{ value }` or `{ error }`.
 * `GET /up` streams progress, a JSON object per line, and ends with `{ "ready": STATE }` or `{ "failed": … }`.
 */
export function controlServer(stack: Stack, up: Promise<void>, end: () => void): Server {
  const load = [...stack.boxes.values()].filter((box) => box.plan.job).map((box) => new LoadJob(box))[0];
  const loadJob = (): LoadJob => {
    if (!load) throw new Failure('This stage has no load box.');
    return load;
  };
  const calls: Record<string, Call> = {
    state: () => ({ ...stack.state(), pidNamespace: readlinkSync('/proc/self/ns/pid') }),
    usage: () => stack.usage(),
    kill: ({ box }) => stack.kill(String(box)),
    heal: ({ box }) => stack.heal(String(box)),
    pause: ({ box }) => stack.activeBox(String(box)).pause(),
    resume: ({ box }) => stack.activeBox(String(box)).resume(),
    drop: ({ a, b, share, oneWay }) => stack.drop(String(a), String(b), Number(share), oneWay === true),
    undrop: () => stack.network.undrop(),
    restart: ({ box }) => stack.restart(String(box)),
    signal: ({ box, name }) => stack.activeBox(String(box)).signal(name as NodeJS.Signals),
    scale: async ({ service, count }) => {
      await stack.scale(String(service), Number(count));
      return stack.state();
    },
    limit: ({ box, cpus }) => stack.limit(String(box), cpus as number | 'file' | null),
    pin: ({ box, cores }) => {
      const chosen = () => (box === 'all' ? stack.activeBoxes() : [stack.activeBox(String(box))]);
      return pinProcesses(() => chosen().flatMap(({ members }) => members), cores as number[] | null);
    },
    exec: ({ box, argv, input, timeoutMs }) =>
      runInBox(stack.activeBox(String(box)), argv as string[], {
        ...(input === undefined ? {} : { input: String(input) }),
        ...(timeoutMs === undefined ? {} : { timeoutMs: Number(timeoutMs) }),
      }),
    'load-start': ({ args, environment, core }) =>
      loadJob().start(args as string[], environment as Record<string, string>, core as number | null),
    'load-address': () => ({ address: loadJob().address }),
    'load-wait': () => loadJob().wait(),
    'load-stop': () => loadJob().stop(),
    down: async () => {
      await stack.down();
      // Answer first, then go.
      setTimeout(end, 5);
    },
  };
  return createServer((request, response) => {
    if (request.url === '/up') void streamUp(stack, up, response);
    else void answer(calls, request, response);
  });
}

async function answer(
  calls: Record<string, Call>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = request.url?.slice(1) ?? '';
  try {
    const body = await text(request);
    const call = calls[name];
    if (!call) throw new Failure(`The supervisor does not know "${name}".`);
    const value = (await call(body ? (JSON.parse(body) as Body) : {})) ?? null;
    response.end(JSON.stringify({ value }));
  } catch (error) {
    response.end(JSON.stringify({ error: described(error) }));
  }
}

async function streamUp(stack: Stack, up: Promise<void>, response: ServerResponse): Promise<void> {
  const write = (line: object): void => void response.write(`${JSON.stringify(line)}\n`);
  const onProgress = (event: UpProgress): void => write(event);
  stack.progress.on('progress', onProgress);
  try {
    await up;
    write({ ready: stack.state() });
  } catch (error) {
    write({ failed: described(error) });
  } finally {
    stack.progress.off('progress', onProgress);
    response.end();
  }
}

function described(error: unknown): { message: string; where?: string; next?: string } {
  if (!(error instanceof Failure)) return { message: (error as Error).message };
  return {
    message: error.message,
    ...(error.where ? { where: error.where } : {}),
    ...(error.next ? { next: error.next } : {}),
  };
}
