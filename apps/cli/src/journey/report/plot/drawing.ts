import { html, type Markup } from '../html.ts';

/** Units of a drawing's own; it is shown a little larger or smaller, so letters stay readable on a phone. */
export const WIDTH = 420;

export interface Drawing {
  /** What is drawn, for those who do not see it, and while a pointer rests on it. */
  readonly title: string;
  /** What it shows, in a sentence with figures: its text alternative. */
  readonly description: string;
  readonly height: number;
}

export function drawing({ title, description, height }: Drawing, content: readonly Markup[]): Markup {
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${`${title}. ${description}`}">
<title>${title}</title>
${content}
</svg>`;
}

type Anchor = 'start' | 'middle' | 'end';

/** `looks`: classes of the style sheet. */
export function text(
  content: string,
  { x, y, anchor = 'start', looks = '' }: { x: number; y: number; anchor?: Anchor; looks?: string },
): Markup {
  return html`<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" class="${looks}">${content}</text>`;
}

interface Ends {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

export function line({ x1, y1, x2, y2 }: Ends, looks: string): Markup {
  return html`<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" class="${looks}"/>`;
}

/** A tenth of a unit is finer than any screen, and keeps the file small. */
export function at(place: number): string {
  return String(Number(place.toFixed(1)));
}

/** A value at an axis: `1,000`, `0.05`. */
export function tickText(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 6 });
}
