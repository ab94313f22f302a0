import Table from 'cli-table3';
import type { InstalledPart } from '../parts/index.ts';
import { head, PLAIN } from './table.ts';

/** A part that is there now, and how long it took to get or find it. Milliseconds. */
export interface SetUp {
  readonly part: InstalledPart;
  readonly ms: number;
}

export function renderSetup(done: readonly SetUp[]): string {
  const table = new Table({ ...PLAIN, ...head('part', 'version', 'from', 'took') });
  for (const { part, ms } of done) {
    table.push([part.name, part.version, part.source, `${(ms / 1000).toFixed(1)} s`]);
  }
  return `\n${table}\n\nNext:  pnpm stage 1 up\n`;
}
