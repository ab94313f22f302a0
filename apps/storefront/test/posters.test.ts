import { gzipSync } from 'node:zlib';
import { PDFDocument } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { ACTS } from '../../tickets/src/seed/acts.ts';
import { brochure } from '../posters/brochure.ts';
import { glyphsOf } from '../posters/glyphs.ts';
import { poster } from '../posters/poster.ts';

const posters = ACTS.map((act) => ({ act, svg: poster(act) }));

describe('the posters', () => {
  it('are drawn the same every time, and differ from act to act', () => {
    for (const { act, svg } of posters) expect(poster(act) === svg).toBe(true);
    expect(new Set(posters.map(({ svg }) => svg)).size).toBe(ACTS.length);
  });

  it('weigh about 60 KB each, and all of it is drawing', () => {
    const sizes = posters.map(({ svg }) => Buffer.byteLength(svg) / 1024);
    expect(Math.min(...sizes)).toBeGreaterThan(45);
    expect(Math.max(...sizes)).toBeLessThan(75);
    expect(sizes.reduce((sum, size) => sum + size, 0) / sizes.length).toBeCloseTo(58, -1);
    // Padding would compress to next to nothing; the plainest real drawing, a halftone, to a tenth.
    for (const { svg } of posters) expect(gzipSync(svg).length / svg.length).toBeGreaterThan(0.08);
  });

  it('name the act, escaped', () => {
    const [salt] = posters.filter(({ act }) => act.artist === 'Sol & Salt');
    expect(salt?.svg).toContain('<title>Sol &amp; Salt: Harbour Songs</title>');
  });

  it('carry neither scripts nor anything from elsewhere', () => {
    for (const { svg } of posters) expect(svg).not.toMatch(/<script|href=|url\(|<image/);
  });
});

it('the brochure is one PDF of a page for each act, about a megabyte of it, the same every time', async () => {
  const first = await brochure();
  expect(Buffer.from(first.subarray(0, 5)).toString()).toBe('%PDF-');
  expect(first.length).toBeGreaterThan(800_000);
  expect(first.length).toBeLessThan(2_000_000);
  expect((await PDFDocument.load(first, { updateMetadata: false })).getPageCount()).toBe(ACTS.length);
  expect(Buffer.compare(await brochure(), first)).toBe(0);
}, 60_000);

it('the alphabet refuses a letter it lacks', () => {
  expect(() => glyphsOf('Ł')).toThrow(/has no “Ł”/);
});
