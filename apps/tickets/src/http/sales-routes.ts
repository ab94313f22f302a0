import type { Sales } from '../ports.ts';
import type { Routes } from './routes.ts';
import { sellingFast } from './show-operations.ts';

/** GET /selling-fast: shows of which many seats went within the last minutes; none where nobody counts. */
export function salesRoutes(routes: Routes, sales: Sales | undefined): void {
  routes.add('get', '/selling-fast', sellingFast, async (_req, res) => {
    const text = (await sales?.sellingFast()) ?? '[]';
    res.setHeader('Content-Type', 'application/json; charset=utf-8');
    res.setHeader('Cache-Control', 'public, max-age=5');
    res.end(text);
  });
}
