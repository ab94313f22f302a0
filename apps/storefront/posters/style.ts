import type { Random } from '../../tickets/src/seed/random.ts';
import type { Box, Hand } from './lettering.ts';

export const SHEET = { width: 1200, height: 1800 } as const;

export interface Palette {
  readonly ground: string;
  /** Colour of the headline: readable on the ground. */
  readonly ink: string;
  readonly accents: readonly [string, string, string, ...string[]];
}

export interface Sheet {
  readonly chance: Random;
  readonly noise: (x: number, y: number) => number;
  readonly palette: Palette;
  /** Counts the acts of a genre from 0, so that neighbours differ in more than chance. */
  readonly variant: number;
}

/** How one kind of evening is advertised: its colours, its lettering, and what is drawn. */
export interface Style {
  readonly palettes: readonly [Palette, ...Palette[]];
  readonly hand: Hand;
  /** Where the artist's name goes, and which edge it stands at; the title follows on the other side. */
  readonly name: Box & { readonly anchor: 'top' | 'bottom' };
  /** SVG content on a sheet of 1200 × 1800 already painted in the ground colour. */
  draw(sheet: Sheet): string;
}
