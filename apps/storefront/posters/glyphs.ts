/** One letter as a path to be stroked: capital height 6, baseline at 6, its own width. */
export interface Glyph {
  readonly width: number;
  readonly path: string;
}

const O = 'M0 2A2 2 0 0 1 4 2V4A2 2 0 0 1 0 4Z';
const P = 'M0 6V0H2.3A1.7 1.7 0 0 1 2.3 3.4H0';
const DIAERESIS = '\u0308';

/**
 * A small geometric alphabet. Posters draw their own letters, because an SVG shown as an image has only the fonts of
 * the machine it is shown on, and a headline must fit everywhere.
 */
const GLYPHS: Readonly<Record<string, Glyph>> = {
  A: { width: 4, path: 'M0 6V2A2 2 0 0 1 4 2V6M0 4H4' },
  B: { width: 3.9, path: 'M0 0H2.2A1.5 1.5 0 0 1 2.2 3H0M2.2 3H2.4A1.5 1.5 0 0 1 2.4 6H0V0' },
  C: { width: 4, path: 'M4 2A2 2 0 0 0 0 2V4A2 2 0 0 0 4 4' },
  D: { width: 4, path: 'M0 0H2A2 2 0 0 1 4 2V4A2 2 0 0 1 2 6H0Z' },
  E: { width: 3.5, path: 'M3.5 0H0V6H3.5M0 3H2.9' },
  F: { width: 3.4, path: 'M3.4 0H0V6M0 3H2.8' },
  G: { width: 4, path: 'M4 2A2 2 0 0 0 0 2V4A2 2 0 0 0 4 4V3.2H2.3' },
  H: { width: 4, path: 'M0 0V6M4 0V6M0 3H4' },
  I: { width: 0, path: 'M0 0V6' },
  J: { width: 3.4, path: 'M3.4 0V4.3A1.7 1.7 0 0 1 0 4.3' },
  K: { width: 4, path: 'M0 0V6M4 0L0 3.6M1.4 2.5L4 6' },
  L: { width: 3.3, path: 'M0 0V6H3.3' },
  M: { width: 5, path: 'M0 6V0L2.5 4L5 0V6' },
  N: { width: 4, path: 'M0 6V0L4 6V0' },
  O: { width: 4, path: O },
  P: { width: 4, path: P },
  Q: { width: 4.2, path: `${O}M2.5 4.3L4.2 6.3` },
  R: { width: 4, path: `${P}M2 3.4L4 6` },
  S: {
    width: 3.9,
    path: 'M3.9 1.5A1.5 1.5 0 0 0 2.4 0H1.5A1.5 1.5 0 0 0 1.5 3H2.4A1.5 1.5 0 0 1 2.4 6H1.5A1.5 1.5 0 0 1 0 4.5',
  },
  T: { width: 4, path: 'M0 0H4M2 0V6' },
  U: { width: 4, path: 'M0 0V4A2 2 0 0 0 4 4V0' },
  V: { width: 4, path: 'M0 0L2 6L4 0' },
  W: { width: 6, path: 'M0 0L1.5 6L3 1.5L4.5 6L6 0' },
  X: { width: 4, path: 'M0 0L4 6M4 0L0 6' },
  Y: { width: 4, path: 'M0 0L2 3.2L4 0M2 3.2V6' },
  Z: { width: 3.8, path: 'M0 0H3.8L0 6H3.8' },
  '0': { width: 4, path: O },
  '1': { width: 1.3, path: 'M0 1L1.3 0V6' },
  '2': { width: 3.8, path: 'M0 1.7A1.9 1.7 0 0 1 3.8 1.8C3.8 3.2 0 4.2 0 6H3.8' },
  '3': { width: 3.8, path: 'M0 0H3.8L1.8 2.4A1.8 1.8 0 1 1 0 4.4' },
  '7': { width: 3.8, path: 'M0 0H3.8L1.3 6' },
  '&': {
    width: 4.2,
    path: 'M4.2 6L.7 2A1.25 1.25 0 1 1 2.8 1.4C2.8 2.6 0 3 0 4.5A1.5 1.5 0 0 0 1.6 6C3 6 4 4.8 4.1 3.3',
  },
  '’': { width: 0, path: 'M0 0V1.4' },
  '.': { width: 0, path: 'M0 5.5V6' },
  ',': { width: 0.3, path: 'M.3 5.4L0 6.8' },
  '-': { width: 2, path: 'M0 3.2H2' },
  '/': { width: 2.4, path: 'M0 6.5L2.4 -.5' },
};

/** The letters of a text, in capitals; a space is null. Throws on a character the alphabet lacks. */
export function glyphsOf(text: string): (Glyph | null)[] {
  const glyphs: (Glyph | null)[] = [];
  for (const character of text.toUpperCase().normalize('NFD')) {
    const last = glyphs.at(-1);
    if (character === ' ') glyphs.push(null);
    else if (character === DIAERESIS && last) glyphs[glyphs.length - 1] = withDots(last);
    else glyphs.push(known(character, text));
  }
  return glyphs;
}

function known(character: string, text: string): Glyph {
  const glyph = GLYPHS[character];
  if (glyph === undefined) throw new Error(`The posters' alphabet has no “${character}” (in “${text}”)`);
  return glyph;
}

function withDots({ width, path }: Glyph): Glyph {
  const [left, right] = [width / 2 - 1, width / 2 + 1];
  return { width, path: `${path}M${left} -1.9V-1.3M${right} -1.9V-1.3` };
}
