import type { IRouter } from 'express';
import { clonesMetrics } from '../cluster/clone.ts';
import type { Readiness } from './readiness.ts';

/** For machines: is it alive, should it get requests, how is it doing, and what can one ask it. */
export function probeRoutes(router: IRouter, ready: () => Promise<Readiness>, draining: () => boolean): void {
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'alive' });
  });
  router.get('/readyz', async (_req, res) => {
    if (draining()) {
      res.status(503).json({ status: 'draining' });
      return;
    }
    const answer = await ready();
    res.status(answer.ready ? 200 : 503).json({ status: answer.ready ? 'ready' : 'not ready', ...answer });
  });
  router.get('/metrics', async (_req, res) => {
    const { contentType, text } = await clonesMetrics();
    res.setHeader('Content-Type', contentType);
    res.end(text);
  });
  router.get('/openapi.json', async (_req, res) => {
    const { openapi } = await import('./openapi.ts');
    res.json(openapi);
  });
}
