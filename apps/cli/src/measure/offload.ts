import { type FileCount, type OriginFiles, sentBetween } from './origin-files.ts';
import type { SideSummary } from './summary.ts';

/** What an edge kept away from the origin: files asked for by k6, and files that the origin sent meanwhile. */
export interface Offload {
  readonly requests: number;
  readonly bytes: number;
  readonly hits: number;
  readonly neighbour: number;
  readonly misses: number;
  /** Counted by the apps, over the whole run: the set-up's requests are in it too. */
  readonly origin: FileCount;
  /** Share of requests and of bytes that never reached the origin. */
  readonly offload: FileCount;
}

/** null: no file came through an edge. */
export function offload(
  { files }: Pick<SideSummary, 'files'>,
  before: OriginFiles | null,
  after: OriginFiles | null,
): Offload | null {
  if (files === null || files.requests === 0 || before === null || after === null) return null;
  const origin = sentBetween(before, after);
  const share = (reached: number, all: number): number => (all === 0 ? 0 : Math.max(0, 1 - reached / all));
  return {
    ...files,
    origin,
    offload: {
      requests: share(origin.requests, files.requests),
      bytes: share(origin.bytes, files.bytes),
    },
  };
}
