import { gunzipSync, gzipSync } from 'node:zlib';
import type { JsonText } from '../ports.ts';
import { paddedLsn } from '../stores/lsn.ts';

/** Another number for each change of what a value looks like: one of another version is a miss. */
const SCHEMA = '02';
const FRESH = 'F';
/** `F02 00000016/B374D848 checksum fresh-until` without the gaps, and a line's end: then comes the JSON in gzip. */
export const HEADER = 1 + 2 + 17 + 8 + 13 + 1;
export const NO_POSITION = '00000000/00000000';
/** The quickest: a seat map of 34 KB becomes 4, and nothing is gained by trying harder. */
const LEVEL = 1;
/** Where gzip keeps its checksum, counted from the end (RFC 1952). */
const TRAILER = 8;

/** What the first bytes of a value say of the rest. */
export interface Head {
  /** Two values of a key with the same identity hold the same text. */
  readonly identity: string;
  /** A write position that the text includes, padded. */
  readonly position: string;
  readonly checksum: number;
  /** Until when it is, in milliseconds since 1970; 0: no more. */
  readonly freshUntil: number;
  readonly fresh: boolean;
}

export interface Entry extends Head {
  readonly text: JsonText | null;
  /** The same in gzip, one character for each byte. */
  readonly gzip: string;
  /** The same text has the same version. */
  readonly version: string;
}

/**
 * A value as Redis keeps it, so that reading it takes one command. `text` null: there is no such thing. Compressed once
 * here, it takes a tenth of Redis' memory, and goes out as it is to every client that can read it.
 */
export function encode(text: string | null, position: string, freshUntil: number): Buffer {
  const packed = gzipSync(text ?? 'null', { level: LEVEL });
  const sum = checksumOf(packed).toString(16).padStart(8, '0');
  const head = `${FRESH}${SCHEMA}${position}${sum}${String(Math.round(freshUntil)).padStart(13, '0')}\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), packed]);
}

/** Reads the first `HEADER` bytes of a value; undefined when they are none, or of another version. */
export function decodeHead(head: string, now: number): Head | undefined {
  if (head.length !== HEADER || !head.endsWith('\n') || head.slice(1, 3) !== SCHEMA) return undefined;
  const freshUntil = head.startsWith(FRESH) ? Number(head.slice(28, 41)) : 0;
  return {
    identity: head.slice(3, 28),
    position: head.slice(3, 20),
    checksum: Number.parseInt(head.slice(20, 28), 16),
    freshUntil,
    fresh: freshUntil > now,
  };
}

/** Reads a value; undefined when it is cut short, damaged, or of another version. */
export function decode(value: Buffer, now: number): Entry | undefined {
  const head = decodeHead(value.toString('latin1', 0, HEADER), now);
  const packed = value.subarray(HEADER);
  if (head === undefined || packed.length < TRAILER) return undefined;
  if (checksumOf(packed) !== head.checksum) return undefined;
  const body = unpacked(packed);
  if (body === undefined) return undefined;
  const text = body.toString('utf8');
  return {
    ...head,
    text: text === 'null' ? null : (text as JsonText),
    gzip: packed.toString('latin1'),
    version: `${head.checksum.toString(16).padStart(8, '0')}${body.length.toString(16)}`,
  };
}

/** The text's CRC-32, which gzip has reckoned already. */
function checksumOf(packed: Buffer): number {
  return packed.readUInt32LE(packed.length - TRAILER);
}

/** Undefined when it does not have the length and the checksum that its trailer says. */
function unpacked(packed: Buffer): Buffer | undefined {
  try {
    return gunzipSync(packed);
  } catch {
    return undefined;
  }
}

/** Whether an entry includes what a client wrote. */
export function includes(position: string, after: string | undefined): boolean {
  return after === undefined || position >= paddedLsn(after);
}
