import type { Plugin } from 'vite';
import { ACTS } from '../../tickets/src/seed/acts.ts';
import { posterPath } from '../../tickets/src/seed/poster-path.ts';
import { poster } from './poster.ts';

/** Draws every act's poster: into the built site, and on request while developing. */
export function posters(): Plugin {
  const actByPath = new Map(ACTS.map((act) => [posterPath(act), act]));
  return {
    name: 'posters',
    generateBundle() {
      for (const [path, act] of actByPath) {
        this.emitFile({ type: 'asset', fileName: path.slice(1), source: poster(act) });
      }
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
