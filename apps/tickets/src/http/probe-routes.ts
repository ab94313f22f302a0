import { clonesMetrics } from '../cluster/clone.ts';
import type { Readiness } from './readiness.ts';
import type { Routes } from './routes.ts';

/** For machines: is it alive, should it get requests, and how is it doing. */
export function probeRoutes(routes: Routes, ready: () => Promise<Readiness>, draining: () => boolean): void {
  routes.addInternal('/healthz', (_req, res) => {
    res.json({ status: 'alive' });
  });
  routes.addInternal('/readyz', async (_req, res) => {
    if (draining()) {
      res.status(503).json({ status: 'draining' });
      return;
    }
    const answer = await ready();
    res.status(answer.ready ? 200 : 503).json({ status: answer.ready ? 'ready' : 'not ready', ...answer });
  });
  routes.addInternal('/metrics', async (_req, res) => {
    const { contentType, text } = await clonesMetrics();
    res.setHeader('Content-Type', contentType);
    res.end(text);
  });
}
