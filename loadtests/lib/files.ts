import type { RefinedResponse, ResponseType } from 'k6/http';
import { Counter } from 'k6/metrics';
import { settings } from './settings.ts';

/** How an edge says that it answered from what it kept; anything else but NEIGHBOUR came from the origin. */
const KEPT = ['HIT', 'STALE', 'UPDATING', 'REVALIDATED'];

const bySide = new Map(
  settings.targets.map(({ side }) => [
    side,
    {
      bytes: new Counter(`file_bytes_${side}`),
      hits: new Counter(`file_hits_${side}`),
      neighbour: new Counter(`file_neighbour_${side}`),
      misses: new Counter(`file_misses_${side}`),
    },
  ]),
);

/**
 * Counts a file (poster, script) that came through an edge, and where the edge had it from, as X-Cache says. All of the
 * run, its lead too: it is held against what the origin counts from the run's start to its end.
 */
export function countFile(side: string, answer: RefinedResponse<ResponseType | undefined>): void {
  const { headers } = answer;
  const cache = headers['X-Cache'];
  const meter = bySide.get(side);
  if (cache === undefined || meter === undefined) return;
  meter.bytes.add(Number(headers['Content-Length'] ?? 0));
  if (KEPT.includes(cache)) meter.hits.add(1);
  else if (cache === 'NEIGHBOUR') meter.neighbour.add(1);
  else meter.misses.add(1);
}
