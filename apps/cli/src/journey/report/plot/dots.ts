import { html, type Markup } from '../html.ts';
import { at, drawing, line, text, tickText, WIDTH } from './drawing.ts';
import { linear, logarithmic } from './scales.ts';

/** One row: its name and figure above, the figure's place below. */
export interface Dot {
  readonly label: string;
  readonly figure: string;
  readonly value: number;
  /** Drawn as whiskers; null: none is known. */
  readonly interval: readonly [number, number] | null;
  readonly shape: 'circle' | 'diamond';
  /** Void figures are drawn hollow. */
  readonly valid: boolean;
}

export interface Dots {
  readonly title: string;
  /** What lies along the axis, with its unit. */
  readonly axis: string;
  readonly scale: 'linear' | 'logarithmic';
  /** A value that the others are seen against, drawn as a line; null: none. */
  readonly mark: number | null;
  readonly rows: readonly Dot[];
}

/** Half the width of a number at the axis. */
const INSET = 24;
const ROW = 42;
const AXIS = 44;

/** Values in rows, with whiskers for their intervals. */
export function dotPlot({ title, axis, scale, mark, rows }: Dots): Markup {
  const values = rows.flatMap(({ value, interval }) => [value, ...(interval ?? [])]);
  const span = { from: INSET, to: WIDTH - INSET };
  const { at: x, ticks } =
    scale === 'linear'
      ? linear({ max: Math.max(0, ...values), ...span })
      : logarithmic({ values: mark === null ? values : [...values, mark], most: 7, ...span });
  const bottom = rows.length * ROW;
  const description = rows.map(({ label, figure }) => `${label}: ${figure}`).join('; ');
  return drawing({ title, description, height: bottom + AXIS }, [
    ...ticks.map((tick) => line({ x1: x(tick), x2: x(tick), y1: 0, y2: bottom + 4 }, 'grid')),
    ...(mark === null ? [] : [line({ x1: x(mark), x2: x(mark), y1: 0, y2: bottom + 4 }, 'mark')]),
    ...rows.map((row, index) => rowOf(row, index * ROW, x)),
    ...ticks.map((tick) =>
      text(tickText(tick), {
        x: x(tick),
        y: bottom + 19,
        anchor: 'middle',
        looks: 'tick',
      }),
    ),
    text(axis, { x: WIDTH, y: bottom + 38, anchor: 'end', looks: 'axis' }),
  ]);
}

function rowOf(
  { label, figure, value, interval, shape, valid }: Dot,
  top: number,
  x: (value: number) => number,
) {
  const y = top + 27;
  const place = { x: x(value), y };
  const looks = valid ? 'dot' : 'dot hollow';
  const whisker = interval === null ? null : whiskerOf(x(interval[0]), x(interval[1]), y);
  return html`<g class="${valid ? '' : 'faint'}"><title>${label}: ${figure}</title>
${text(label, { x: 0, y: top + 13, looks: 'label' })}${text(figure, { x: WIDTH, y: top + 13, anchor: 'end', looks: 'figure' })}
${whisker}${shape === 'circle' ? circle(place, looks) : diamond(place, looks)}</g>`;
}

function whiskerOf(low: number, high: number, y: number): Markup {
  const end = (x: number): Markup => line({ x1: x, x2: x, y1: y - 5, y2: y + 5 }, 'whisker');
  return html`${line({ x1: low, x2: high, y1: y, y2: y }, 'whisker')}${end(low)}${end(high)}`;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function circle({ x, y }: Place, looks: string): Markup {
  return html`<circle cx="${at(x)}" cy="${at(y)}" r="3.8" class="${looks}"/>`;
}

function diamond({ x, y }: Place, looks: string): Markup {
  return html`<path d="M${at(x)} ${at(y - 5)}l5 5l-5 5l-5 -5z" class="${looks}"/>`;
}
