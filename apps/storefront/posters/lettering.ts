import { type Glyph, glyphsOf } from './glyphs.ts';

/** How the letters are drawn. Lengths are in units of the alphabet, in which a capital is 6 high. */
export interface Hand {
  /** Thickness of the stroke: 0.4 is fine, 1.6 is a shout. */
  readonly weight: number;
  readonly ends: 'butt' | 'round' | 'square';
  /** Width of the letters relative to their height. */
  readonly stretch?: number;
  /** Degrees to the right. */
  readonly slant?: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const SPACE = 2.2;
const CAPITAL = 6;
/** Space between the lines of a headline, on the sheet. */
const LEADING = 36;
/** Letters wider than this times their height look run over. */
const WIDEST = 1.55;

/** Words stacked in lines that each fill the width: `anchor` says which edge of the box they stand at. */
export function headline(
  text: string,
  box: Box,
  hand: Hand & { colour: string; anchor: 'top' | 'bottom' },
): string {
  const rows = bestStack(text.split(' '), box, hand);
  let y = hand.anchor === 'top' ? box.y : box.y + box.height - heightOf(rows);
  const lines = rows.map((row) => {
    const drawn = drawLine(row.text, { x: box.x, y, scale: row.scale, stretch: row.stretch }, hand);
    y += row.height + LEADING;
    return drawn;
  });
  return group(lines.join(''), hand);
}

/** One line of text standing on the baseline y. `height` is that of a capital; `align` says which end stands at x. */
export function caption(
  text: string,
  at: { x: number; y: number; height: number; align?: 'left' | 'right' | 'middle'; widest?: number },
  hand: Hand & { colour: string },
): string {
  const stretch = hand.stretch ?? 1;
  const natural = lineWidth(text, hand) * stretch;
  const scale = Math.min(at.height / CAPITAL, at.widest === undefined ? Infinity : at.widest / natural);
  const length = natural * scale;
  const x = at.align === 'right' ? at.x - length : at.align === 'middle' ? at.x - length / 2 : at.x;
  return group(drawLine(text, { x, y: at.y - scale * (CAPITAL + hand.weight), scale, stretch }, hand), hand);
}

interface Row {
  readonly text: string;
  readonly scale: number;
  readonly stretch: number;
  readonly height: number;
  /** What is left free of the width. */
  readonly empty: number;
}

/** The way of breaking the words into lines that fills the box best without overflowing it. */
function bestStack(words: readonly string[], box: Box, hand: Hand): Row[] {
  const stacks = breakings(words).map((lines) => {
    const tallest = (box.height - LEADING * (lines.length - 1)) / lines.length;
    return lines.map((line) => rowOf(line, box.width, Math.min(tallest, 250), hand));
  });
  const cost = (rows: Row[]): number => {
    const heights = rows.map((row) => row.height);
    const ragged = rows.reduce((sum, row) => sum + row.empty, 0);
    return box.height - heightOf(rows) + (Math.max(...heights) - Math.min(...heights)) * 0.3 + ragged * 0.35;
  };
  return stacks.reduce((best, stack) => (cost(stack) < cost(best) ? stack : best));
}

function rowOf(text: string, width: number, tallest: number, hand: Hand): Row {
  const natural = lineWidth(text, hand);
  const usual = hand.stretch ?? 1;
  // A short word would be a tower: draw it lower and wider instead, as far as that looks well.
  const scale = Math.min(width / (natural * usual), tallest / (CAPITAL + hand.weight));
  const stretch = Math.min(width / (natural * scale), usual * WIDEST);
  const empty = width - natural * scale * stretch;
  return { text, scale, stretch, empty, height: scale * (CAPITAL + hand.weight) };
}

function heightOf(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + row.height, 0) + LEADING * (rows.length - 1);
}

function breakings(words: readonly string[]): string[][] {
  const [first, ...rest] = words;
  if (first === undefined) return [[]];
  if (rest.length === 0) return [[first]];
  return breakings(rest).flatMap(([next = '', ...others]) => [
    [first, next, ...others],
    [`${first} ${next}`, ...others],
  ]);
}

function gapAfter(hand: Hand): number {
  return hand.weight + 0.75;
}

function lineWidth(text: string, hand: Hand): number {
  const glyphs = glyphsOf(text);
  const letters = glyphs.reduce((sum, glyph) => sum + (glyph?.width ?? SPACE - hand.weight), 0);
  return letters + gapAfter(hand) * (glyphs.length - 1) + hand.weight;
}

function drawLine(
  text: string,
  at: { x: number; y: number; scale: number; stretch: number },
  hand: Hand,
): string {
  let pen = hand.weight / 2;
  const place = (glyph: Glyph | null): string => {
    const x = pen;
    pen += (glyph?.width ?? SPACE - hand.weight) + gapAfter(hand);
    return glyph === null
      ? ''
      : `<path transform="translate(${round(x)} ${round(hand.weight / 2)})" d="${glyph.path}"/>`;
  };
  const letters = glyphsOf(text).map(place).join('');
  const slant = hand.slant === undefined ? '' : ` skewX(${-hand.slant})`;
  const lean =
    hand.slant === undefined ? 0 : Math.tan((hand.slant * Math.PI) / 180) * CAPITAL * at.scale * 0.5;
  return `<g transform="translate(${round(at.x + lean)} ${round(at.y)}) scale(${round(at.scale * at.stretch)} ${round(at.scale)})${slant}">${letters}</g>`;
}

function group(content: string, hand: Hand & { colour: string }): string {
  const join = hand.ends === 'round' ? 'round' : 'miter';
  return `<g fill="none" stroke="${hand.colour}" stroke-width="${hand.weight}" stroke-linecap="${hand.ends}" stroke-linejoin="${join}" stroke-miterlimit="2.5">${content}</g>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
