import type { Plugin } from 'vite';
import { ACTS } from '../../tickets/src/seed/acts.ts';
import { posterPath } from '../../tickets/src/seed/poster-path.ts';
import { brochure } from './brochure.ts';
import { poster } from './poster.ts';

/** `v1` is the edition, as with posters: drawn anew it gets the next one, so that a cache may keep it for ever. */
const BROCHURE = '/brochures/v1/season.pdf';

/** Draws every act's poster and the season's brochure: into the built site, and on request while developing. */
export function posters(): Plugin {
  const actByPath = new Map(ACTS.map((act) => [posterPath(act), act]));
  return {
    name: 'posters',
    async generateBundle() {
      for (const [path, act] of actByPath) {
        this.emitFile({ type: 'asset', fileName: path.slice(1), source: poster(act) });
      }
      this.emitFile({ type: 'asset', fileName: BROCHURE.slice(1), source: await brochure() });
    },
    configureServer(server) {
      server.middlewares.use((req, res, next) => {
        const act = actByPath.get(req.url ?? '');
        if (act === undefined) return next();
        res.setHeader('Content-Type', 'image/svg+xml').end(poster(act));
      });
    },
  };
}
