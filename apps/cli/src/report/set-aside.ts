import type { SetAside } from '../runtime/runtime.ts';
import { mebibytes } from './table.ts';

/** What of the disk former data takes, a line for each; empty without any. */
export function renderSetAside(all: readonly SetAside[]): string {
  return all
    .map(
      ({ box, path, bytes }) =>
        `${box}: its former data (${mebibytes(bytes)}) is set aside in ${path}, until \`down\`.\n`,
    )
    .join('');
}
