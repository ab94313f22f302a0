import { Failure } from '../failure.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';

/** Files that the shop itself sent, and their bytes, since its boxes started. */
export interface FileCount {
  readonly requests: number;
  readonly bytes: number;
}

/** Starting Node, or a connection from outside, would not work everywhere: bash is in every box and speaks enough HTTP. */
const ASK = 'exec 3<>"/dev/tcp/$BOX_ADDRESS/$PORT" && printf "GET /metrics HTTP/1.0\\r\\n\\r\\n" >&3 && cat <&3';

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
  const { code, stdout, stderr } = await runtime.exec(state, box, ['bash', '-c', ASK], { timeoutMs: 10_000 });
  const value = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stdout)?.[1] ?? Number.NaN);
  const count = { requests: value('tickets_files_total'), bytes: value('tickets_file_bytes_total') };
  if (code === 0 && Number.isFinite(count.requests) && Number.isFinite(count.bytes)) return count;
  throw new Failure(`The files that reach the origin could not be counted: ${stderr.trim() || 'no such metric'}.`, {
    where: box,
    next: `See \`pnpm stage ${state.stage} logs ${box}\`.`,
  });
}
