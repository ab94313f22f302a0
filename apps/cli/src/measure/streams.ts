import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { openStreamsOf } from './open-streams.ts';

/** Visitors who watch a seat map while a load runs, and what became of them. */
export interface StreamsUse {
  /** At all ways in together. */
  readonly asked: number;
  readonly opened: number;
  /** Told at once to come back later (503 with Retry-After). */
  readonly refused: number;
  /** Neither opened nor refused, or ended before they left. */
  readonly failed: number;
  /** Changes of seats that all of them were told, and how often they were told that some were missed. */
  readonly changes: number;
  readonly missed: number;
  /** Streams that the shop still counted at last, beyond those before, and how long after all had left. */
  readonly left: number;
  readonly leftAfterMs: number;
  /** Boxes that hold streams: bytes before the first came, and with all of them. */
  readonly memory: readonly { readonly box: string; readonly before: number; readonly with: number }[];
}

/** Open streams. */
export interface Watchers {
  /** All leave at once, without a word. Resolves when the shop counts none of them any more, or after a minute. */
  leave(): Promise<StreamsUse>;
  /** Ends those that are still open. */
  close(): void;
}

/** So many connections are made at a time: a load balancer's queue of new ones is short. */
const AT_ONCE = 50;
const OPEN_LIMIT_MS = 10_000;
/** Kinds of box that a stream goes through. */
const ON_THE_WAY = ['edge', 'link', 'lb', 'router', 'app', 'single'];
/** A load balancer may notice a client that is gone only when it has something to send: a comment every 15 s. */
const LEAVE_LIMIT_MS = 60_000;

/** Opens `count` event streams at each of the ways in, spread over the first shows. */
export async function openStreams(
  runtime: Runtime,
  state: StackState,
  ways: readonly string[],
  count: number,
  signal: AbortSignal,
): Promise<Watchers> {
  const before = { usage: await runtime.usage(state), open: await countOpen(runtime, state) };
  const seen = { opened: 0, refused: 0, failed: 0, changes: 0, missed: 0 };
  const open = new Set<IncomingMessage>();
  let leaving = false;
  const read = (stream: IncomingMessage): void => {
    open.add(stream);
    seen.opened += 1;
    stream.setEncoding('utf8').on('data', (text: string) => {
      seen.changes += text.split('event: seats').length - 1;
      seen.missed += text.split('event: missed').length - 1;
    });
    stream.on('close', () => {
      if (!leaving) seen.failed += 1;
    });
    stream.on('error', () => undefined);
  };
  const one = async (way: string, showId: number): Promise<void> => {
    const stream = await answerOf(`${way}/shows/${showId}/events`).catch(() => null);
    if (stream?.statusCode === 200) return read(stream);
    if (stream?.statusCode === 503 && stream.headers['retry-after'] !== undefined) seen.refused += 1;
    else seen.failed += 1;
    stream?.destroy();
  };
  const shows = await firstShows(ways[0] ?? state.entry);
  for (const way of ways)
    for (let asked = 0; asked < count && !signal.aborted; asked += AT_ONCE)
      await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, count - asked) }, (_, index) =>
          one(way, shows[(asked + index) % shows.length] ?? 1),
        ),
      );
  const close = (): void => {
    leaving = true;
    for (const stream of open) stream.destroy();
  };
  return {
    close,
    leave: async () => {
      const usage = await runtime.usage(state);
      close();
      const gone = await untilGone(runtime, state, before.open);
      const onTheWay = before.usage.filter(({ kind }) => ON_THE_WAY.includes(kind));
      return {
        asked: ways.length * count,
        ...seen,
        ...gone,
        memory: onTheWay.map(({ box, memoryBytes }) => ({
          box,
          before: memoryBytes,
          with: usage.find((each) => each.box === box)?.memoryBytes ?? 0,
        })),
      };
    },
  };
}

function answerOf(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (answer) => {
      clearTimeout(limit);
      resolve(answer);
    });
    const limit = setTimeout(() => request.destroy(new Error('no answer')), OPEN_LIMIT_MS);
    request.on('error', reject);
  });
}

async function firstShows(way: string): Promise<number[]> {
  const answer = await fetch(`${way}/shows`, { signal: AbortSignal.timeout(OPEN_LIMIT_MS) });
  const shows = (await answer.json()) as { id: number }[];
  return shows.slice(0, 20).map(({ id }) => id);
}

async function untilGone(
  runtime: Runtime,
  state: StackState,
  before: number,
): Promise<{ left: number; leftAfterMs: number }> {
  const from = Date.now();
  for (;;) {
    const left = Math.max(0, (await countOpen(runtime, state)) - before);
    const leftAfterMs = Date.now() - from;
    if (left === 0 || leftAfterMs > LEAVE_LIMIT_MS) return { left, leftAfterMs };
    await sleep(500);
  }
}

/** The streams that all instances of the shop hold open now. */
async function countOpen(runtime: Runtime, state: StackState): Promise<number> {
  return (await openStreamsOf(runtime, state)).reduce((sum, { open }) => sum + open, 0);
}
