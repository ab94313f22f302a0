import type { TableConstructorOptions } from 'cli-table3';
import { colour } from './colour.ts';

/** Columns held apart by space, a rule under the head: reads well in a terminal, in a lesson and in a log. */
export const PLAIN: TableConstructorOptions = {
  chars: {
    top: '', 'top-mid': '', 'top-left': '', 'top-right': '',
    bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
    left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ',
  }, // biome-ignore format: one line a side
  style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
};

/** The names of columns, bold at a terminal. */
export function head(...names: readonly string[]): { head: string[] } {
  return { head: names.map((name) => colour('bold', name)) };
}

/** A share as a percentage without decimals. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Bytes in MiB. */
export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
