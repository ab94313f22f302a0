import { crc32 } from 'node:zlib';
import type { JsonText } from '../ports.ts';
import { paddedLsn } from '../stores/lsn.ts';

/** Another number for each change of what a value looks like: one of another version is a miss. */
const SCHEMA = '01';
const FRESH = 'F';
/** `F01 00000016/B374D848 checksum fresh-until` without the gaps, and a line's end: then comes the JSON. */
const HEADER = 1 + 2 + 17 + 8 + 13 + 1;
const NEWLINE = 10;
export const NO_POSITION = '00000000/00000000';

export interface Entry {
  readonly text: JsonText | null;
  /** A write position that the text includes, padded. */
  readonly position: string;
  /** The same text has the same version. */
  readonly version: string;
  readonly fresh: boolean;
}

/** A value as Redis keeps it: one text, so that reading it takes one command. `text` null: there is no such thing. */
export function encode(text: string | null, position: string, freshUntil: number): Buffer {
  const body = Buffer.from(text ?? 'null');
  const sum = crc32(body).toString(16).padStart(8, '0');
  const head = `${FRESH}${SCHEMA}${position}${sum}${String(Math.round(freshUntil)).padStart(13, '0')}\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

/** Reads a value; undefined when it is cut short, damaged, or of another version. */
export function decode(value: Buffer, now: number): Entry | undefined {
  if (value.length <= HEADER || value[HEADER - 1] !== NEWLINE) return undefined;
  const head = value.toString('latin1', 0, HEADER);
  if (head.slice(1, 3) !== SCHEMA) return undefined;
  const sum = head.slice(20, 28);
  if (crc32(value.subarray(HEADER)) !== Number.parseInt(sum, 16)) return undefined;
  const text = value.toString('utf8', HEADER);
  return {
    text: text === 'null' ? null : (text as JsonText),
    position: head.slice(3, 20),
    version: `${sum}${value.length.toString(16)}`,
    fresh: head.startsWith(FRESH) && Number(head.slice(28, 41)) > now,
  };
}

/** Whether an entry includes what a client wrote. */
export function includes(position: string, after: string | undefined): boolean {
  return after === undefined || position >= paddedLsn(after);
}
