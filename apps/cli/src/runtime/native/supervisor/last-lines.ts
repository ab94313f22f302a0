import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

const MOST_BYTES = 16_384;

/** The last lines of a file that may be large; none when it is not there. */
export function lastLines(path: string, count: number): string[] {
  if (!existsSync(path)) return [];
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, MOST_BYTES));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').split('\n').filter(Boolean).slice(-count);
  } finally {
    closeSync(file);
  }
}
