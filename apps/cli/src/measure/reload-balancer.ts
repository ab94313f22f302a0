import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import type { Runtime, StackId } from '../runtime/runtime.ts';

/** Asked inside the box, as its health check is: what it listens on need not be reachable from here. */
const ASK =
  'exec 3<>/dev/tcp/$BOX_ADDRESS/$PROBE_PORT && printf "GET /metrics?scope=global HTTP/1.0\\r\\n\\r\\n" >&3 && cat <&3';
const LIMIT_MS = 5000;
const EVERY_MS = 50;

/**
 * Lets HAProxy read its configuration again, and waits until a new worker process serves: a configuration that HAProxy
 * rejects leaves the old one.
 *
 * @throws Failure when no new worker serves within five seconds
 */
export async function reloadBalancer(runtime: Runtime, id: StackId, box: string): Promise<void> {
  const before = await workerOf(runtime, id, box);
  // Workers that start within one second could not be told apart.
  while (before !== null && Date.now() / 1000 < Number(before) + 1) await sleep(EVERY_MS);
  // Master-worker mode: a new worker takes over the listening sockets, the old one finishes what it serves.
  await runtime.signal(id, box, 'SIGUSR2');
  for (const deadline = performance.now() + LIMIT_MS; ; ) {
    const now = await workerOf(runtime, id, box);
    if (now !== null && now !== before) return;
    if (performance.now() > deadline)
      throw new Failure(`${box} did not take its configuration: the old one is still in force.`, {
        where: box,
        next: `pnpm stage ${id.stage} logs ${box}`,
      });
    await sleep(EVERY_MS);
  }
}

/** When HAProxy's worker started, in seconds since 1970; null: none answers. */
async function workerOf(runtime: Runtime, id: StackId, box: string): Promise<string | null> {
  const { stdout } = await runtime.exec(id, box, ['bash', '-c', ASK], { timeoutMs: LIMIT_MS });
  return /^haproxy_process_start_time_seconds (\S+)$/m.exec(stdout)?.[1] ?? null;
}
