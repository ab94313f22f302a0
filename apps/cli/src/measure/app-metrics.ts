import { Failure } from '../failure.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';

/** Asked inside the box, as its health check is: what it listens on need not be reachable from here. */
const ASK =
  'exec 3<>/dev/tcp/$BOX_ADDRESS/$PORT && printf "GET /metrics HTTP/1.0\\r\\n\\r\\n" >&3 && cat <&3';

/**
 * What an instance of the shop has counted since it started, in Prometheus' text format; null: it does not answer, or
 * its box stands still.
 */
export async function appMetrics(runtime: Runtime, state: StackState, box: string): Promise<string | null> {
  try {
    const { code, stdout } = await runtime.exec(state, box, ['bash', '-c', ASK], { timeoutMs: 10_000 });
    return code === 0 ? stdout : null;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
