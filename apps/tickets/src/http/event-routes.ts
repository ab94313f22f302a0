import type { IRouter, Response } from 'express';
import { eventStreams } from '../metrics.ts';
import type { SeatFeed, Shows } from '../ports.ts';
import { notFound } from './problem.ts';
import { showOf } from './show-routes.ts';

/** A comment now and then keeps idle streams from being taken for dead on their way. */
const BEAT_MS = 15_000;
/** A client that does not read is let go with this much unread; it comes back and loads the seat map again. */
const MOST_UNREAD_BYTES = 64 * 1024;

/**
 * GET /shows/:id/events: the show's seats as they are sold and freed, as server-sent events; after an event
 * `missed` the map must be loaded again. Returns the function that
 * ends all streams: their clients connect again, elsewhere.
 */
export function eventRoutes(router: IRouter, parts: { shows: Shows; feed: SeatFeed }): () => void {
  const { shows, feed } = parts;
  const open = new Set<Response>();

  router.get('/shows/:id/events', async (req, res) => {
    const id = showOf(req.params.id);
    if ((await shows.find(id)) === null) throw notFound('show');
    // no-transform, X-Accel-Buffering: proxies on the way must pass each event on at once.
    res.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'private, no-store, no-transform',
      'X-Accel-Buffering': 'no',
    });
    res.write('retry: 1000\n: open\n\n');
    const unsubscribe = feed.subscribe(
      id,
      ({ showId, seats, sold }) =>
        send(res, `event: seats\ndata: ${JSON.stringify({ showId, seats, sold })}\n\n`),
      () => send(res, 'event: missed\ndata: {}\n\n'),
    );
    const beat = setInterval(() => send(res, ': beat\n\n'), BEAT_MS).unref();
    open.add(res);
    eventStreams.set(open.size);
    res.on('close', () => {
      unsubscribe();
      clearInterval(beat);
      open.delete(res);
      eventStreams.set(open.size);
    });
  });

  return () => {
    for (const res of open) res.end();
  };
}

function send(res: Response, text: string): void {
  if (res.writableLength > MOST_UNREAD_BYTES) res.destroy();
  else res.write(text);
}
