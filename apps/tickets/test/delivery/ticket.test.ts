import { randomUUID } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import jsQR from 'jsqr';
import { expect, it } from 'vitest';
import { ticketNumber } from '../../src/delivery/ticket-number.ts';
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
  token: '0123456789abcdef0123456789abcdef',
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

it('makes a PDF whose code a scanner reads as the number of the ticket', async () => {
  const pdf = Buffer.from(await ticketPdf(reservation, show));
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(scan(drawing(pdf))).toBe(ticketNumber(reservation.id));
});

it('prints nothing on the ticket that reads or cancels its reservation', async () => {
  const pdf = Buffer.from(await ticketPdf(reservation, show));
  const drawn = [...drawing(pdf).matchAll(/<([0-9A-F]+)> Tj/gi)].map(([, hex = '']) =>
    Buffer.from(hex, 'hex').toString('latin1'),
  );
  expect(drawn).toContain(ticketNumber(reservation.id));
  const everything = [pdf.toString('latin1'), ...drawn].join('\n').toLowerCase();
  for (const secret of [
    reservation.id,
    reservation.id.replaceAll('-', ''),
    reservation.token,
    reservation.email,
  ])
    expect(everything).not.toContain(secret);
});

it('gives each reservation a ticket number of its own, always the same', () => {
  const ids = Array.from({ length: 500 }, () => randomUUID());
  expect(new Set(ids.map(ticketNumber)).size).toBe(ids.length);
  expect(ticketNumber(reservation.id)).toBe(ticketNumber(reservation.id));
  expect(ticketNumber(reservation.id)).toMatch(/^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
});
