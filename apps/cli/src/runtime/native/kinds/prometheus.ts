import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Kind, program } from './kind.ts';
import { dataDirectory, hostPaths } from './postgres.ts';

/** Prometheus with the mounted configuration; what it collects goes with the stack. */
export const prometheus: Kind = {
  images: ['prom/prometheus'],
  parts: ['prometheus'],
  launch: (inputs) => {
    const file = program(inputs, 'prometheus');
    // What is said in the container's words, in this machine's.
    const options = hostPaths(inputs, inputs.service.command ?? []).map((word) => {
      if (word.startsWith('--storage.tsdb.path=')) return `--storage.tsdb.path=${dataDirectory(inputs)}`;
      return word.replace('--web.listen-address=0.0.0.0:', `--web.listen-address=${inputs.address}:`);
    });
    return {
      argv: [file, ...options, ...ownPage(file)],
      prepare: [{ do: 'own-folder', data: dataDirectory(inputs) }],
    };
  },
};

/** Debian's package keeps the page beside the program, wherever it was unpacked; the project's own has it inside. */
function ownPage(file: string): string[] {
  const assets = join(dirname(file), '../share/prometheus/web');
  return existsSync(assets) ? [`--web.local-assets=${assets}`] : [];
}
