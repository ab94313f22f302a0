import type { IncomingMessage, ServerResponse } from 'node:http';

const PROBES = new Set(['/readyz', '/healthz', '/metrics']);

/** Whether this instance is on its way out, and whether anybody still asks it. */
export function drain() {
  let draining = false;
  let askedAt = 0;
  return {
    begin(): void {
      draining = true;
      askedAt = performance.now();
    },
    begun: () => draining,
    /** Milliseconds since the last request that was no probe. */
    quietMs: () => performance.now() - askedAt,
    asked(req: IncomingMessage, res: ServerResponse): void {
      if (!draining) return;
      // Whoever asks again opens a connection, and opens it elsewhere.
      res.setHeader('Connection', 'close');
      if (!PROBES.has(req.url ?? '')) askedAt = performance.now();
    },
  };
}

export type Drain = ReturnType<typeof drain>;
