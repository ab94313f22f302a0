import type { Plugin } from 'esbuild';

/**
 * Leaves out half a megabyte that every start would read: the tables of old character sets that body-parser's decoder
 * brings. The shop takes JSON, and JSON is UTF-8, UTF-16 or UTF-32, which need none.
 */
export const unneeded: Plugin = {
  name: 'unneeded',
  setup(build) {
    const tables = /iconv-lite[\\/]encodings[\\/](sbcs-data-generated|dbcs-data)\.js$/;
    build.onLoad({ filter: tables }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * pg looks for `navigator`, and where there is none (Node 20) makes a `Response` to find out whether it runs on
 * Cloudflare: that loads Node's whole fetch, 25 ms of CPU at every start. So it is told.
 */
export const known = { navigator: JSON.stringify({ userAgent: 'Node.js' }) };
