import { ask } from './ask.ts';
import type { ReadAfter } from './read-after.ts';
import { isForwarded, type Routes } from './routes.ts';

/** Where the service that sells has its document. The load balancer's rule for its other routes covers this path. */
const OF_RESERVATIONS = '/reservations/openapi.json';

/** GET /openapi.json: the interface of this app, as it is now. */
export function documentRoutes(routes: Routes, readAfter: ReadAfter): void {
  addDocument(routes, readAfter, '/openapi.json');
}

/** The document of the service that sells, for the other service, which has the document of the whole shop. */
export function partialDocumentRoutes(routes: Routes, readAfter: ReadAfter): void {
  addDocument(routes, readAfter, OF_RESERVATIONS);
}

/** GET /openapi.json: the interface of this app and of the service that sells. Without that service there is none. */
export function joinedDocumentRoutes(
  routes: Routes,
  readAfter: ReadAfter,
  { reservationsUrl }: { readonly reservationsUrl: string },
): void {
  addDocument(routes, readAfter, '/openapi.json', `${reservationsUrl}${OF_RESERVATIONS}`);
}

function addDocument(routes: Routes, { cookie }: ReadAfter, path: string, url?: string): void {
  routes.addUndescribed(path, async (req, res) => {
    // Loaded when first needed: an instance that has just started serves sooner without.
    const { joined, openapi } = await import('./openapi.ts');
    const own = openapi(routes.described, { proxied: isForwarded(req), cookie });
    if (url === undefined) {
      res.json(own);
      return;
    }
    const other = await ask(url);
    if (other === null) throw new Error(`There is nothing at ${url}`);
    res.json(joined(own, JSON.parse(other)));
  });
}
