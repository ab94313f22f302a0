import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** What k6 says while it runs. */
export interface Live {
  /** Requests of the last second or so, per second. */
  readonly rate: number;
  /** Over the run so far; null before the first answer. */
  readonly p95Ms: number | null;
  readonly elapsedSeconds: number;
}

const metrics = z.object({
  data: z.array(
    z.object({ id: z.string(), attributes: z.object({ sample: z.record(z.string(), z.number()) }) }),
  ),
});

/**
 * Asks k6's REST API about once a second until the signal aborts. Without an API (a container's may be out of reach)
 * it yields nothing at all: the run goes on, only unseen.
 */
export async function* live(api: string | null, signal: AbortSignal): AsyncGenerator<Live> {
  if (api === null) return;
  const started = performance.now();
  let last = { count: 0, at: started };
  while (!signal.aborted) {
    await sleep(1000, undefined, { signal }).catch(() => undefined);
    const sample = await ask(api, signal);
    if (sample === null) continue;
    const at = performance.now();
    yield {
      rate: ((sample.count - last.count) / (at - last.at)) * 1000,
      p95Ms: sample.p95Ms,
      elapsedSeconds: (at - started) / 1000,
    };
    last = { count: sample.count, at };
  }
}

async function ask(
  api: string,
  signal: AbortSignal,
): Promise<{ count: number; p95Ms: number | null } | null> {
  try {
    const answer = await fetch(`${api}/v1/metrics`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]),
    });
    const { data } = metrics.parse(await answer.json());
    const sampleOf = (id: string) => data.find((metric) => metric.id === id)?.attributes.sample;
    return {
      count: sampleOf('http_reqs')?.count ?? 0,
      p95Ms: sampleOf('latency_this')?.['p(95)'] ?? null,
    };
  } catch {
    // Not yet listening, or already gone: the next second tells.
    return null;
  }
}
