import { inflateSync } from 'node:zlib';
import jsQR from 'jsqr';
import { expect, it } from 'vitest';
import { ticketPdf } from '../../src/delivery/ticket-pdf.ts';
import type { Reservation, Show } from '../../src/index.ts';

const show = {
  title: 'Tosca, in a title that is far too long to fit beside the code on one line of the ticket',
  artist: 'Ópera 山',
  venue: 'Hall',
  city: 'Łódź',
  startsAt: '2031-03-08T18:30:00-05:00',
  currency: 'EUR',
} as Show;
const reservation: Reservation = {
  id: '3ec25f2d-dc05-400d-8405-011480b9387c',
  showId: 1,
  seats: [1, 2, 3, 4, 5, 6, 7, 8],
  name: 'Łukasz 🎭',
  email: 'l@example.com',
  ticket: 'mail',
  totalCents: 1250,
  status: 'confirmed',
  createdAt: '2031-01-01T00:00:00Z',
};

/** What the page draws, as PDF operators. */
function drawing(pdf: Buffer): string {
  const texts: string[] = [];
  for (let at = pdf.indexOf('stream\n'); at >= 0; at = pdf.indexOf('stream\n', at + 7)) {
    if (pdf.subarray(at - 3, at).toString() === 'end') continue;
    texts.push(inflateSync(pdf.subarray(at + 7, pdf.indexOf('endstream', at))).toString('latin1'));
  }
  return texts.join('\n');
}

/** Paints the code's rectangles and reads them as a phone would. */
function scan(operators: string): string | undefined {
  const size = 300;
  const scale = 4;
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
  const rectangles = [...operators.matchAll(/(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) re/g)]
    .map((match) => match.slice(1).map(Number))
    .map(([left = 0, bottom = 0, width = 0, height = 0]) => ({
      left,
      bottom,
      right: left + width,
      top: bottom + height,
    }));
  const edge = Math.min(...rectangles.map((each) => each.left));
  const highest = Math.max(...rectangles.map((each) => each.top));
  // A PDF's y grows upwards, a picture's downwards.
  for (const { left, right, top, bottom } of rectangles) {
    for (let y = Math.round((highest - top) * scale); y < Math.round((highest - bottom) * scale); y += 1) {
      for (let x = Math.round((left - edge) * scale); x < Math.round((right - edge) * scale); x += 1) {
        pixels.fill(0, ((y + 16) * size + x + 16) * 4, ((y + 16) * size + x + 16) * 4 + 3);
      }
    }
  }
  return jsQR.default(pixels, size, size)?.data;
}

it('makes a PDF whose code a scanner reads as the ticket’s address', async () => {
  const pdf = Buffer.from(await ticketPdf(reservation, show, 'https://shop.example'));
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  const address = `https://shop.example/reservations/${reservation.id}/ticket.pdf`;
  expect(scan(drawing(pdf))).toBe(address);
});
