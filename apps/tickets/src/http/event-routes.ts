import type { Request, Response } from 'express';
import type { Environment } from '../environment.ts';
import { countRefusedStream, eventStreams } from '../metrics.ts';
import type { SeatFeed, Shows } from '../ports.ts';
import { streamsOf } from './event-streams.ts';
import { notFound, Problem } from './problem.ts';
import type { Routes } from './routes.ts';
import { watchSeats } from './show-operations.ts';
import { showOf } from './show-routes.ts';

/** A refused client waits this long. The number of seconds varies, because otherwise all would return at once. */
const COME_BACK_SECONDS = { least: 5, most: 15 };
/** A browser whose stream ends waits so long before it opens another one: not all in the same moment. */
const RETRY_MS = { least: 1000, most: 3000 };

const HEADERS = {
  'Content-Type': 'text/event-stream',
  // no-transform, X-Accel-Buffering: proxies on the way must pass each event on at once.
  'Cache-Control': 'private, no-store, no-transform',
  'X-Accel-Buffering': 'no',
};

/**
 * GET /shows/:id/events: the show's seats as they are sold and freed, as server-sent events; after an event
 * `missed` the map must be loaded again. An instance has `maxStreams` of them at most and refuses more at once. HEAD
 * answers with the headers and opens nothing. Returns the function that ends all streams: their clients connect again,
 * elsewhere.
 */
export function eventRoutes(
  routes: Routes,
  { shows, feed }: { readonly shows: Shows; readonly feed: SeatFeed },
  { maxStreams }: Pick<Environment, 'maxStreams'>,
): () => void {
  const streams = streamsOf(feed);
  /** Streams, and requests that are about to become one. */
  let open = 0;
  let ended = false;

  routes.add('get', '/shows/:id/events', watchSeats, async (req, res) => {
    const id = showOf(req.params.id);
    if (req.method === 'HEAD') {
      await mustExist(id);
      res.writeHead(200, HEADERS).end();
      return;
    }
    if (ended || open >= maxStreams || isQueued(res)) throw refused(res);
    enter(res);
    await mustExist(id);
    if (isGone(req, res)) return;
    // It was told to leave while the show was looked for.
    if (ended) throw refused(res);
    res.writeHead(200, HEADERS);
    res.write(`retry: ${Math.round(between(RETRY_MS))}\n: open\n\n`);
    const end = streams.add(id, res);
    res.once('close', end);
  });

  /** Counts the client from now on until it leaves, also when that is before it has its answer. */
  function enter(res: Response): void {
    open += 1;
    eventStreams.set(open);
    res.once('close', () => {
      open -= 1;
      eventStreams.set(open);
    });
  }

  async function mustExist(id: number): Promise<void> {
    if ((await shows.find(id)) === null) throw notFound('show');
  }

  return () => {
    ended = true;
    streams.endAll();
  };
}

/** Behind another answer on its connection (pipelining), where it would hear of nothing, not even of the client's leaving. */
function isQueued(res: Response): boolean {
  return res.socket === null;
}

/** A client that has left closes nothing any more: what is opened for it now would never be closed. */
function isGone(req: Request, res: Response): boolean {
  return res.destroyed || res.closed || req.socket.destroyed;
}

function refused(res: Response): Problem {
  countRefusedStream();
  const seconds = Math.round(between(COME_BACK_SECONDS));
  res.setHeader('Retry-After', String(seconds));
  return new Problem(503, 'too-many-streams', 'As many clients watch here as this instance has room for.', {
    detail: `The seats can be loaded and bought all the same. Open the stream again in ${seconds} seconds.`,
  });
}

function between({ least, most }: { readonly least: number; readonly most: number }): number {
  return least + Math.random() * (most - least);
}
