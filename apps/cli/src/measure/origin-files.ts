import type { Runtime, StackState } from '../runtime/runtime.ts';
import { appMetrics } from './app-metrics.ts';

/** Files that the shop itself sent, and their bytes. */
export interface FileCount {
  readonly requests: number;
  readonly bytes: number;
}

/** What each instance of the shop has sent since it started, by box. */
export type OriginFiles = Readonly<Record<string, FileCount>>;

/** Asks every instance behind the edges; one that is down is left out. null: the stack has no edges. */
export async function originFiles(runtime: Runtime, state: StackState): Promise<OriginFiles | null> {
  if (!state.boxes.some((box) => box.kind === 'edge')) return null;
  const apps = state.boxes.filter((box) => box.kind === 'app');
  const counts = await Promise.all(
    apps.map(async ({ name }) => [name, readFiles((await appMetrics(runtime, state, name)) ?? '')] as const),
  );
  return Object.fromEntries(
    counts.flatMap(([name, files]) => (files === null ? [] : [[name, files] as const])),
  );
}

/** Sent from one moment to another. What an instance that started anew between has sent since then counts, too. */
export function sentBetween(before: OriginFiles, after: OriginFiles): FileCount {
  return Object.entries(after).reduce(
    (sum, [box, end]) => {
      const start = before[box];
      const same = start !== undefined && end.requests >= start.requests && end.bytes >= start.bytes;
      return {
        requests: sum.requests + end.requests - (same ? start.requests : 0),
        bytes: sum.bytes + end.bytes - (same ? start.bytes : 0),
      };
    },
    { requests: 0, bytes: 0 },
  );
}

function readFiles(metrics: string): FileCount | null {
  const value = (name: string): number =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? Number.NaN);
  const count = { requests: value('tickets_files_total'), bytes: value('tickets_file_bytes_total') };
  return Number.isFinite(count.requests) && Number.isFinite(count.bytes) ? count : null;
}
