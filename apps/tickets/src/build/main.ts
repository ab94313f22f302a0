import { build } from './index.ts';

const [out, ...options] = process.argv.slice(2);
if (out === undefined || options.some((option) => option !== '--without-site')) {
  process.stderr.write('usage: main.ts FOLDER [--without-site]\n');
  process.exit(2);
}
await build({ out, site: options.length === 0 });
