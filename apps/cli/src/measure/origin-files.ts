import { Failure } from '../failure.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { appMetrics } from './app-metrics.ts';

/** Files that the shop itself sent, and their bytes, since its boxes started. */
export interface FileCount {
  readonly requests: number;
  readonly bytes: number;
}

/** What reached the origin of a stack with edges, counted by its apps; null for a stack without. @throws Failure */
export async function originFiles(runtime: Runtime, state: StackState): Promise<FileCount | null> {
  if (!state.boxes.some((box) => box.kind === 'edge')) return null;
  const apps = state.boxes.filter((box) => box.kind === 'app' && box.state === 'ready');
  const counts = await Promise.all(apps.map((app) => askApp(runtime, state, app.name)));
  return counts.reduce((sum, { requests, bytes }) => ({ requests: sum.requests + requests, bytes: sum.bytes + bytes }), {
    requests: 0,
    bytes: 0,
  });
}

async function askApp(runtime: Runtime, state: StackState, box: string): Promise<FileCount> {
  const metrics = (await appMetrics(runtime, state, box)) ?? '';
  const value = (name: string): number =>
    Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1] ?? Number.NaN);
  const count = { requests: value('tickets_files_total'), bytes: value('tickets_file_bytes_total') };
  if (Number.isFinite(count.requests) && Number.isFinite(count.bytes)) return count;
  throw new Failure('The files that reach the origin could not be counted: no such metric.', {
    where: box,
    next: `See \`pnpm stage ${state.stage} logs ${box}\`.`,
  });
}
