import { inflateSync } from 'node:zlib';

const STREAM = /stream\r?\n/g;
/** A text that is drawn, as hexadecimal bytes. */
const TEXT = /<([0-9A-Fa-f]+)>\s*Tj/g;

/** The seats that a ticket (PDF) has printed on it; null: it cannot be read, or names none. */
export function ticketSeats(pdf: Buffer): readonly number[] | null {
  for (const text of textsOf(pdf)) {
    const seats = /^Seats (\d+(?:, \d+)*)$/.exec(text)?.[1];
    if (seats !== undefined) return seats.split(', ').map(Number);
  }
  return null;
}

function* textsOf(pdf: Buffer): Generator<string> {
  const source = pdf.toString('latin1');
  for (const { index, 0: word } of source.matchAll(STREAM)) {
    const from = index + word.length;
    const to = source.indexOf('endstream', from);
    for (const [, hex = ''] of inflated(pdf.subarray(from, to)).matchAll(TEXT))
      yield Buffer.from(hex, 'hex').toString('latin1');
  }
}

/** Empty: not a compressed stream. */
function inflated(stream: Buffer): string {
  try {
    return inflateSync(stream, { finishFlush: 2 }).toString('latin1');
  } catch {
    return '';
  }
}
