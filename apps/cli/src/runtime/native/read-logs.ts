import { open, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { lastLines } from './supervisor/last-lines.ts';

/** How often a followed log is looked at, in milliseconds. */
const LOOK_MS = 200;

/** Lines `box | text` of a stack's log files; with `follow`, new ones as they are written until the signal aborts. */
export async function* readLogs(
  folder: string,
  options: { boxes?: readonly string[]; follow?: boolean; tail?: number; signal?: AbortSignal },
): AsyncIterable<string> {
  const files = (await readdir(join(folder, 'logs'))).filter((name) => wanted(name, options.boxes)).sort();
  const width = Math.max(...files.map((name) => basename(name, '.log').length), 0);
  const label = (name: string): string => basename(name, '.log').padEnd(width);
  const offsets = new Map<string, number>();
  for (const name of files) {
    const path = join(folder, 'logs', name);
    offsets.set(path, await size(path));
    for (const line of lastLines(path, options.tail ?? Number.MAX_SAFE_INTEGER))
      yield `${label(name)} | ${line}`;
  }
  while (options.follow && !options.signal?.aborted) {
    for (const name of files) {
      const path = join(folder, 'logs', name);
      for (const line of await linesSince(path, offsets)) yield `${label(name)} | ${line}`;
    }
    await pause(LOOK_MS, options.signal);
  }
}

function wanted(file: string, boxes: readonly string[] | undefined): boolean {
  if (!file.endsWith('.log')) return false;
  if (!boxes || boxes.length === 0) return true;
  const name = basename(file, '.log');
  return boxes.some((box) => name === box || name.startsWith(`${box}-`));
}

async function size(path: string): Promise<number> {
  const file = await open(path);
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/** Whole lines since last time; a line that is still being written waits for its end. */
async function linesSince(path: string, offsets: Map<string, number>): Promise<string[]> {
  const from = offsets.get(path) ?? 0;
  const file = await open(path);
  try {
    const length = (await file.stat()).size - from;
    if (length <= 0) return [];
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, from);
    const text = buffer.toString('utf8');
    const end = text.lastIndexOf('\n') + 1;
    offsets.set(path, from + Buffer.byteLength(text.slice(0, end)));
    return text.slice(0, end).split('\n').filter(Boolean);
  } finally {
    await file.close();
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done);
  });
}
