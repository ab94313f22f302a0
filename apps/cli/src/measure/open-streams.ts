import type { Runtime, StackState } from '../runtime/runtime.ts';
import { appMetrics } from './app-metrics.ts';

/** The event streams that each instance of the shop holds open now; one that does not answer counts none. */
export async function openStreamsOf(
  runtime: Runtime,
  state: StackState,
): Promise<{ box: string; open: number }[]> {
  const apps = state.boxes.filter(({ kind }) => kind === 'app' || kind === 'single');
  return await Promise.all(
    apps.map(async ({ name }) => {
      const text = await appMetrics(runtime, state, name);
      return { box: name, open: Number(/^tickets_event_streams (\S+)$/m.exec(text ?? '')?.[1] ?? 0) };
    }),
  );
}
