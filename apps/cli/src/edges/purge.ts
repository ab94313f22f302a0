import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import type { Box, Runtime, StackState } from '../runtime/runtime.ts';

/** What one edge kept. */
export interface Purged {
  readonly edge: string;
  readonly files: number;
  readonly bytes: number;
  /** Seconds since the oldest of them was fetched; null: there were none. */
  readonly ageSeconds: number | null;
}

/**
 * By then fills that were under way when the purge began have come to their end, and files that an edge had open
 * (`open_file_cache_valid`, 1 s) are closed.
 */
const UNDER_WAY_MS = 1200;

/** While this file is there, an edge gives its neighbour nothing: no copy comes back from an edge that is purged later. */
const HOLD = ': > "$BOX_FOLDER/purging"';
/** How many files are left that the edge had when the purge began. */
const LEFT =
  'find "$BOX_FOLDER/cache" -path "$BOX_FOLDER/cache/$1" -type f ! -newer "$BOX_FOLDER/purging" | wc -l';
const RELEASE = 'rm -f "$BOX_FOLDER/purging"';
/** One line for each file that is taken away: bytes and the time it was written at. */
const REMOVE = 'find "$BOX_FOLDER/cache" -path "$BOX_FOLDER/cache/$1" -type f -printf "%s %T@\\n" -delete';

/**
 * Takes one path, or all, out of the caches of all edges that run. nginx keeps an answer in a file that is named after
 * its path, and takes one that is gone for a miss; so the files are removed.
 *
 * @throws Failure when no edge runs, one could not be reached, or one still has what it had.
 */
export async function purge(
  runtime: Runtime,
  state: StackState,
  what: { path: string } | 'all',
): Promise<Purged[]> {
  const edges = edgesOf(state);
  const pattern = what === 'all' ? '*' : cacheFile(what.path);
  const run = (script: string) =>
    Promise.all(edges.map((edge) => inside(runtime, state, edge.name, [script, 'purge', pattern])));
  await run(HOLD);
  try {
    const removed = await run(REMOVE);
    await sleep(UNDER_WAY_MS);
    await run(REMOVE);
    for (const [index, left] of (await run(LEFT)).entries())
      if (Number(left) > 0)
        throw new Failure(`${edges[index]?.name} still has ${Number(left)} of the files.`, {
          next: 'Purge again.',
        });
    return edges.map((edge, index) => ({ edge: edge.name, ...counted(removed[index] ?? '') }));
  } finally {
    await run(RELEASE);
  }
}

/** Asks each edge for a path: what its X-Cache says. */
export async function askEdges(
  runtime: Runtime,
  state: StackState,
  path: string,
): Promise<{ edge: string; status: number; cache: string }[]> {
  const ask =
    'exec 3<>"/dev/tcp/$BOX_ADDRESS/8080" && printf "HEAD %s HTTP/1.0\\r\\n\\r\\n" "$1" >&3 && cat <&3';
  const answers: { edge: string; status: number; cache: string }[] = [];
  // One after the other: the second may have it from the first.
  for (const { name } of edgesOf(state)) {
    const text = await inside(runtime, state, name, [ask, 'ask', encodeURI(path)]);
    answers.push({
      edge: name,
      status: Number(/^HTTP\/1\.\d (\d{3})/.exec(text)?.[1] ?? 0),
      cache: /^X-Cache: (\S+)/im.exec(text)?.[1] ?? 'none',
    });
  }
  return answers;
}

/** The path as an edge's cache knows it: decoded, without query. @throws Failure for what is no path. */
export function pathOf(text: string): string {
  const complaint = new Failure(`"${text}" is no path of the site.`, {
    next: 'For instance `purge /posters/v1/neon-fjord.svg`, or `purge all`.',
  });
  if (!text.startsWith('/')) throw complaint;
  try {
    const path = decodeURIComponent(new URL(text.replace(/^\/+/, '/'), 'http://site').pathname);
    return path.replace(/\/{2,}/g, '/');
  } catch {
    throw complaint;
  }
}

/** nginx's name of a key's file with `levels=1:2`: the MD5 sum, below folders of its last digit and the two before. */
export function cacheFile(key: string): string {
  const sum = createHash('md5').update(key).digest('hex');
  return `${sum.slice(-1)}/${sum.slice(-3, -1)}/${sum}`;
}

function edgesOf(state: StackState): Box[] {
  const edges = state.boxes.filter((box) => box.kind === 'edge');
  if (edges.length === 0)
    throw new Failure(`Stage ${state.stage} has no edges.`, { next: 'They come with stage 6.' });
  // One that is down comes back with an empty cache.
  const running = edges.filter((box) => box.state === 'ready' || box.state === 'unhealthy');
  if (running.length > 0) return running;
  throw new Failure('No edge runs, so nothing was purged.', { next: `pnpm stage ${state.stage} heal` });
}

async function inside(
  runtime: Runtime,
  state: StackState,
  box: string,
  words: readonly [script: string, ...string[]],
): Promise<string> {
  const { code, stdout, stderr } = await runtime.exec(state, box, ['bash', '-c', ...words], {
    timeoutMs: 15_000,
  });
  if (code === 0) return stdout;
  throw new Failure(`The cache of ${box} could not be reached: ${stderr.trim() || `status ${code}`}`, {
    where: box,
  });
}

function counted(lines: string): Omit<Purged, 'edge'> {
  const files = lines
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' ').map(Number));
  const oldest = Math.min(...files.map(([, writtenAt = 0]) => writtenAt));
  return {
    files: files.length,
    bytes: files.reduce((sum, [bytes = 0]) => sum + bytes, 0),
    ageSeconds: files.length === 0 ? null : Math.max(0, Math.round(Date.now() / 1000 - oldest)),
  };
}
