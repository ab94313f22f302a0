import {
  concatTransformationMatrix,
  fill,
  PDFDocument,
  type PDFFont,
  PDFOperator,
  PDFOperatorNames,
  popGraphicsState,
  pushGraphicsState,
  rgb,
  StandardFonts,
  setFillingColor,
} from 'pdf-lib';
import { create } from 'qrcode';
import type { Reservation, Show } from '../ports.ts';
import { ticketNumber } from './ticket-number.ts';

const WIDTH = 420;
const HEIGHT = 200;
const QR_SIZE = 130;
const INK = rgb(0.09, 0.09, 0.14);
const PALE = rgb(0.42, 0.42, 0.5);

/** One page: what, where, when, which seats, and the ticket's number, also as a QR code. */
export async function ticketPdf(reservation: Reservation, show: Show): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const number = ticketNumber(reservation.id);
  pdf.setTitle(`${show.title}: ticket ${number}`);
  const bold = pdf.embedStandardFont(StandardFonts.HelveticaBold);
  const plain = pdf.embedStandardFont(StandardFonts.Helvetica);
  const page = pdf.addPage([WIDTH, HEIGHT]);
  const line = (text: string, font: PDFFont, size: number, y: number, color = INK) =>
    page.drawText(fitting(text, font, size), { x: 20, y, size, font, color });

  line(show.title, bold, 17, 160);
  line(show.artist, plain, 11, 143, PALE);
  line(`${show.venue}, ${show.city}`, plain, 11, 118);
  line(show.startsAt.replace('T', '  ').slice(0, 17), bold, 11, 102);
  line(`Seats ${reservation.seats.join(', ')}`, bold, 12, 76);
  line(reservation.name, plain, 11, 60);
  line(`${(reservation.totalCents / 100).toFixed(2)} ${show.currency}`, plain, 11, 44);
  line(number, plain, 7, 20, PALE);
  page.pushOperators(...qrCode(number, WIDTH - QR_SIZE - 20, HEIGHT - 35));
  return await pdf.save({ useObjectStreams: false });
}

/** Any of the eight can be read; to find the one that a printer's smudges hurt least takes a tenth of a ticket's time. */
const MASK = 2;

/**
 * The dark modules as rectangles, each row's neighbours joined, filled at once, on a grid whose unit is a module. Written
 * in whole numbers, and as one text: as an SVG path, in points, or as an operator for each rectangle the code would cost
 * more than all the rest of the ticket. Its text is told to be bytes, which it is, instead of having it found out.
 */
function qrCode(text: string, left: number, top: number): PDFOperator[] {
  const bytes = [{ data: Buffer.from(text), mode: 'byte' } as const];
  const { modules } = create(bytes, { errorCorrectionLevel: 'M', maskPattern: MASK });
  const side = QR_SIZE / modules.size;
  const rectangles: string[] = [];
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (!modules.get(row, column)) continue;
      const from = column;
      while (column + 1 < modules.size && modules.get(row, column + 1)) column += 1;
      rectangles.push(`${from} ${modules.size - 1 - row} ${column + 1 - from} 1`);
    }
  }
  const grid = concatTransformationMatrix(side, 0, 0, side, left, top - QR_SIZE);
  const drawn = PDFOperator.of(PDFOperatorNames.AppendRectangle, [rectangles.join(' re ')]);
  return [pushGraphicsState(), setFillingColor(INK), grid, drawn, fill(), popGraphicsState()];
}

const TEXT_WIDTH = WIDTH - QR_SIZE - 60;

/** The text as the font can write it, cut to the room beside the code. */
function fitting(text: string, font: PDFFont, size: number): string {
  let written = writable(text, font);
  while (written.length > 1 && font.widthOfTextAtSize(written, size) > TEXT_WIDTH) {
    written = `${written.slice(0, -2)}…`;
  }
  return written;
}

const writableSets = new Map<string, Set<number>>();

/** A PDF's own fonts know Western European letters only: others lose their accents or become a question mark. */
function writable(text: string, font: PDFFont): string {
  const set = writableSets.get(font.name) ?? new Set(font.getCharacterSet());
  writableSets.set(font.name, set);
  return [...text]
    .map((letter) => inSet(letter, set) ?? inSet(letter.normalize('NFKD').charAt(0), set) ?? '?')
    .join('');
}

function inSet(letter: string, set: Set<number>): string | undefined {
  return set.has(letter.codePointAt(0) ?? 0) ? letter : undefined;
}
