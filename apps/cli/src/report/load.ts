import Table from 'cli-table3';
import type { CacheUse } from '../measure/cache-use.ts';
import type { Live } from '../measure/live.ts';
import type { LoadResult } from '../measure/load.ts';
import type { Offload } from '../measure/offload.ts';
import type { StreamsUse } from '../measure/streams.ts';
import { wrongAnswers } from '../measure/summary.ts';
import { milliseconds, perSecond } from './milliseconds.ts';
import { renderProvenance } from './provenance.ts';
import { head, mebibytes, PLAIN, percent } from './table.ts';

/** One line while k6 runs. */
export function renderLive(now: Live, seconds: number): string {
  const at = `${Math.min(now.elapsedSeconds, seconds).toFixed(0).padStart(3)} of ${seconds} s`;
  return `${at}   ${perSecond(now.rate).padStart(7)}   P95 ${milliseconds(now.p95Ms)}`;
}

function drainLines({ drainedMs }: LoadResult): string[] {
  if (drainedMs === undefined) return [];
  return [
    drainedMs === null
      ? 'The queue did not drain.'
      : `The queue was empty ${milliseconds(drainedMs)} after the load.`,
  ];
}

/** A run: what was answered and how fast, by kind of request; how busy each box was; whether it counts. */
export function renderLoad(result: LoadResult): string {
  const { side, saturated, sloMs, run } = result;
  const requests = new Table({ ...PLAIN, ...head('', 'requests', 'P50', 'P95', 'P99', 'slowest') });
  for (const [action, latency] of [
    ...Object.entries(side.summary.actions),
    ['all', side.summary.latency] as const,
  ]) {
    if (latency === null) continue;
    const { count, p50Ms, p95Ms, p99Ms, maxMs } = latency;
    requests.push([action, count, ...[p50Ms, p95Ms, p99Ms, maxMs].map(milliseconds)]);
  }
  const boxes = new Table({
    ...PLAIN,
    ...head('box', 'cores used', 'of its quota', 'throttled', 'CPU per request', 'memory'),
  });
  for (const { box, cores, share, quota, throttled, memoryBytes } of side.loads) {
    boxes.push([
      box,
      cores.toFixed(3),
      share === null || quota === null ? 'no quota' : `${percent(share)} of ${quota.toFixed(2)}`,
      percent(throttled),
      `${side.cpuMicrosPerRequest[box] ?? 0} µs`,
      mebibytes(memoryBytes),
    ]);
  }
  const databases = `Databases: ${result.databaseMicrosPerRequest.toFixed(0)} µs of CPU per request.`;
  const errors = wrongAnswers(side.summary);
  const dropped = side.summary.dropped > 0 ? `, ${side.summary.dropped} never sent` : '';
  return [
    `${perSecond(side.rps)}, ${errors} wrong${dropped}, ${percent(result.withinSlo)} within ${sloMs} ms`,
    '',
    String(requests),
    '',
    String(boxes),
    '',
    ...(side.edge === null ? [] : [renderOffload(side.edge), '']),
    saturated === null
      ? 'No box is saturated.'
      : `Saturated: ${saturated.name}, at ${percent(saturated.share)} of its quota.`,
    ...drainLines(result),
    ...(result.streams === undefined ? [] : ['', renderStreams(result.streams), '']),
    ...(result.cache === null ? [] : [`${renderCacheUse(result.cache)} ${databases}`]),
    '',
    renderProvenance(result.provenance, run.why),
    '',
  ].join('\n');
}

function renderCacheUse({ hits, misses, stale, bypassed, ratio, databaseReads }: CacheUse): string {
  if (ratio === null) return 'Cache: nobody asked it.';
  const all = hits + misses;
  const share = (count: number): string => `${((count / all) * 100).toFixed(1)} %`;
  const aside = bypassed > 0 ? `, ${share(bypassed)} went past it` : '';
  return `Cache: ${share(hits)} of ${all} reads answered (${share(stale)} stale)${aside}; databases answered ${databaseReads}.`;
}

/** Where the files came from, and how much of them never reached the origin. */
function renderOffload({ requests, bytes, hits, neighbour, misses, origin, offload }: Offload): string {
  const share = (part: number): string => `${(100 * part).toFixed(2)} %`;
  return [
    `Files: ${requests}, of which ${hits} kept at the edge, ${neighbour} filled by the neighbour, ${misses} by the origin.`,
    `The origin sent ${origin.requests} (${mebibytes(origin.bytes)} of ${mebibytes(bytes)}): ${share(offload.requests)} of the requests and ${share(offload.bytes)} of the bytes never reached it.`,
  ].join('\n');
}

/** Who watched, what they were told, and what is left of them. */
function renderStreams({ asked, opened, refused, failed, changes, missed, ...rest }: StreamsUse): string {
  const boxes = new Table({ ...PLAIN, ...head('box', 'memory before', 'with all streams') });
  for (const { box, before, with: most } of rest.memory)
    boxes.push([box, mebibytes(before), mebibytes(most)]);
  const end =
    rest.left === 0
      ? `${milliseconds(rest.leftAfterMs)} after their clients left, none was open any more.`
      : `${rest.left} were still open ${milliseconds(rest.leftAfterMs)} after their clients left.`;
  return [
    `Event streams: ${opened} of ${asked} open, ${refused} refused at once, ${failed} failed.`,
    `They were told of ${changes} changes, and ${missed} times to load the map again. ${end}`,
    '',
    String(boxes),
  ].join('\n');
}
