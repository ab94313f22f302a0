import type { ServerResponse } from 'node:http';
import type { SeatChange, SeatFeed } from '../ports.ts';

/** A comment now and then keeps idle streams from being taken for dead on their way. */
export const BEAT_SECONDS = 15;
/** A client that does not read is let go with this much unread; it comes back and loads the seat map again. */
const MOST_UNREAD_BYTES = 64 * 1024;
/**
 * What an instance spends on its streams is bounded: about a thousand writes a second, however much is sold, and never
 * more than some in one go, so that buyers need not wait behind them. A few streams get each change at once; with 800 of
 * one show a change reaches the last of them after 0.8 s, together with those that came meanwhile.
 */
const WRITES = { together: 25, msEach: 1 };

interface Stream {
  readonly res: ServerResponse;
  /** Not written yet, in order. */
  waiting: string;
}

/** The open event streams of a process. */
export interface EventStreams {
  /** Follows the show on this response, whose header is out. Returns the function that lets go of it. */
  add(showId: number, res: ServerResponse): () => void;
  endAll(): void;
}

export function streamsOf(feed: SeatFeed): EventStreams {
  const open = new Set<Stream>();
  /** Those that have something to write, the longest waiting first. */
  const pending = new Set<Stream>();
  /** One part of the streams gets its comment each second: all of them at once would be a burst. */
  const beats = Array.from({ length: BEAT_SECONDS }, () => new Set<Stream>());
  /** An event's text is made once, for however many streams. */
  const texts = new WeakMap<SeatChange, string>();
  let added = 0;
  let turn = 0;
  let beating: NodeJS.Timeout | undefined;
  let writing: NodeJS.Timeout | undefined;

  function textOf(change: SeatChange): string {
    const known = texts.get(change);
    if (known !== undefined) return known;
    const { showId, seats, sold } = change;
    const text = `event: seats\ndata: ${JSON.stringify({ showId, seats, sold })}\n\n`;
    texts.set(change, text);
    return text;
  }

  function send(stream: Stream, text: string): void {
    stream.waiting += text;
    pending.add(stream);
    if (writing === undefined) writeSome();
  }

  function writeSome(): void {
    let written = 0;
    for (const stream of pending) {
      if (written === WRITES.together) break;
      written += 1;
      pending.delete(stream);
      write(stream);
    }
    writing = written === 0 ? undefined : setTimeout(writeSome, written * WRITES.msEach).unref();
  }

  function write(stream: Stream): void {
    const { res, waiting } = stream;
    stream.waiting = '';
    if (res.writableLength > MOST_UNREAD_BYTES) res.destroy();
    else res.write(waiting);
  }

  function beat(): void {
    turn = (turn + 1) % BEAT_SECONDS;
    for (const stream of beats[turn] ?? []) send(stream, ': beat\n\n');
  }

  return {
    add(showId, res) {
      const stream: Stream = { res, waiting: '' };
      const slot = beats[added % BEAT_SECONDS];
      added += 1;
      open.add(stream);
      slot?.add(stream);
      beating ??= setInterval(beat, 1000).unref();
      const unsubscribe = feed.subscribe(
        showId,
        (change) => send(stream, textOf(change)),
        () => send(stream, 'event: missed\ndata: {}\n\n'),
      );
      return () => {
        unsubscribe();
        for (const streams of [open, pending, slot]) streams?.delete(stream);
        if (open.size > 0) return;
        clearInterval(beating);
        beating = undefined;
      };
    },
    endAll() {
      for (const { res, waiting } of open) res.end(waiting);
    },
  };
}
