import type { IRouter } from 'express';
import type { Sales } from '../ports.ts';

/** GET /selling-fast: shows of which many seats went within the last minutes; none where nobody counts. */
export function salesRoutes(router: IRouter, sales: Sales | undefined): void {
  router.get('/selling-fast', async (_req, res) => {
    const text = (await sales?.sellingFast()) ?? '[]';
    res.setHeader('Content-Type', 'application/json; charset=utf-8');
    res.setHeader('Cache-Control', 'public, max-age=5');
    res.end(text);
  });
}
