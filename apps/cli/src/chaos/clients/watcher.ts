import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamRecord } from '../../history/stream.ts';
import type { ClientParts } from './client.ts';

/** A comment comes every 15 s: a stream that is silent for longer has broken somewhere on its way. */
const SILENT_MS = 35_000;
const OPEN_LIMIT_MS = 6000;
/** A browser waits so long before it opens a stream again. */
const AGAIN_MS = { least: 500, most: 2000 };

/**
 * Follows the seats of one show as a page does: opens the event stream, and again when it breaks. It goes on until
 * `ended`, and then leaves its stream's record open.
 */
export async function watch(
  { process, site, shows, random, ended }: ClientParts,
  streams: StreamRecord[],
): Promise<void> {
  const [showId = 1] = shows;
  while (!ended.aborted) {
    await follow(`${site}/shows/${showId}/events`, { process, showId, streams, ended });
    const waitMs = AGAIN_MS.least + random() * (AGAIN_MS.most - AGAIN_MS.least);
    await sleep(waitMs, undefined, { signal: ended }).catch(() => undefined);
  }
}

interface Following {
  readonly process: string;
  readonly showId: number;
  readonly streams: StreamRecord[];
  readonly ended: AbortSignal;
}

/** One stream, from its opening to its end. Never rejects. */
async function follow(url: string, { process, showId, streams, ended }: Following): Promise<void> {
  const broken = new AbortController();
  let patience = setTimeout(() => broken.abort(), OPEN_LIMIT_MS);
  let stream: StreamRecord | undefined;
  try {
    const answer = await fetch(url, { signal: AbortSignal.any([ended, broken.signal]) });
    if (answer.status !== 200 || answer.body === null) {
      await answer.body?.cancel();
      return;
    }
    stream = { process, showId, openedAt: Date.now(), closedAt: null, heardAt: Date.now(), events: [] };
    streams.push(stream);
    const text = answer.body.pipeThrough(new TextDecoderStream());
    let rest = '';
    for await (const chunk of text as unknown as AsyncIterable<string>) {
      clearTimeout(patience);
      patience = setTimeout(() => broken.abort(), SILENT_MS);
      stream.heardAt = Date.now();
      const blocks = `${rest}${chunk}`.split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) note(block, stream);
    }
  } catch {
    // A stream that breaks is what happens under faults: the record says until when it was heard.
  } finally {
    clearTimeout(patience);
    if (stream !== undefined && !ended.aborted) stream.closedAt = Date.now();
  }
}

function note(block: string, { events }: StreamRecord): void {
  const name = /^event: (\w+)$/m.exec(block)?.[1];
  const at = Date.now();
  if (name === 'missed') events.push({ at, kind: 'missed' });
  if (name !== 'seats') return;
  const { seats, sold } = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}') as {
    seats: number[];
    sold: boolean;
  };
  events.push({ at, kind: 'seats', seats, sold });
}
