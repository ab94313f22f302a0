import { clonesMetrics } from '../cluster/clone.ts';
import type { Readiness } from './readiness.ts';
import { isForwarded, type Routes } from './routes.ts';

/** For machines: is it alive, should it get requests, and how is it doing. */
export function probeRoutes(routes: Routes, ready: () => Promise<Readiness>, draining: () => boolean): void {
  routes.addInternal('/healthz', (_req, res) => {
    res.json({ status: 'alive' });
  });
  // A router asks a region through its load balancer, and needs to know no more than whether it is ready.
  routes.addUndescribed('/readyz', async (req, res) => {
    if (draining()) {
      res.status(503).json({ status: 'draining' });
      return;
    }
    const answer = await ready();
    const status = answer.ready ? 'ready' : 'not ready';
    res.status(answer.ready ? 200 : 503).json(isForwarded(req) ? { status } : { status, ...answer });
  });
  routes.addInternal('/metrics', async (_req, res) => {
    const { contentType, text } = await clonesMetrics();
    res.setHeader('Content-Type', contentType);
    res.end(text);
  });
}
