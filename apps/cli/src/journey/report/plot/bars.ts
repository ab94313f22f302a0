import { html, type Markup } from '../html.ts';
import { at, drawing, line, text, WIDTH } from './drawing.ts';
import { linear } from './scales.ts';

/** What a box used, as the length of a bar. */
export interface Bar {
  /** Of its quota, of 1; null: it has none. */
  readonly share: number | null;
  /** In cores. */
  readonly cores: number;
}

/** A box in both stages; null: it is not in that one. */
export interface BoxBars {
  readonly box: string;
  readonly kind: string;
  readonly before: Bar | null;
  readonly now: Bar | null;
}

export interface Bars {
  readonly title: string;
  readonly description: string;
  /** In the order of their kinds: those of a kind stand together. */
  readonly boxes: readonly BoxBars[];
}

const RIGHT = WIDTH - 8;
/** Right of the longest bar, for its figure. */
const FIGURE = 44;
const TOP = 24;
const BAR = 9;
const LETTER = 7.3;

/** CPU by box, in percent of its quota: the stage before above, this one below. */
export function barPlot({ title, description, boxes }: Bars): Markup {
  const left = Math.min(150, Math.max(50, ...boxes.map(({ box }) => box.length * LETTER + 14)));
  const shares = boxes.flatMap(({ before, now }) => [before?.share ?? 0, now?.share ?? 0]);
  const most = Math.max(1, ...shares);
  const { at: x } = linear({ max: 1, from: left, to: left + (RIGHT - FIGURE - left) / most });
  const rows = rowsOf(boxes);
  const bottom = (rows.at(-1)?.top ?? TOP) + (rows.at(-1)?.height ?? 0);
  return drawing({ title, description, height: bottom + 42 }, [
    ...[0, 0.25, 0.5, 0.75].map((share) =>
      line({ x1: x(share), x2: x(share), y1: TOP - 4, y2: bottom }, share === 0 ? 'base' : 'grid'),
    ),
    line({ x1: x(1), x2: x(1), y1: TOP - 4, y2: bottom }, 'mark'),
    text('quota', { x: x(1), y: TOP - 10, anchor: 'middle', looks: 'tick' }),
    ...boxes.flatMap((each, index) => boxRow(each, { ...(rows[index] ?? { top: TOP, height: 0 }), left, x })),
    ...[0, 0.5, 1].map((share) =>
      text(`${share * 100} %`, { x: x(share), y: bottom + 17, anchor: 'middle', looks: 'tick' }),
    ),
    text('CPU, share of the box’s quota', { x: RIGHT, y: bottom + 36, anchor: 'end', looks: 'axis' }),
  ]);
}

interface Row {
  readonly top: number;
  readonly height: number;
}

/** A box that is in one of the stages needs room for one bar; between the kinds is a little air. */
function rowsOf(boxes: readonly BoxBars[]): Row[] {
  let top = TOP;
  return boxes.map(({ kind, before, now }, index) => {
    const bars = before !== null && now !== null ? 2 : 1;
    if (index > 0 && boxes[index - 1]?.kind !== kind) top += 7;
    const row = { top, height: bars * (BAR + 3) + 6 };
    top += row.height;
    return row;
  });
}

interface Place extends Row {
  readonly left: number;
  readonly x: (share: number) => number;
}

function boxRow({ box, before, now }: BoxBars, { top, height, left, x }: Place): Markup[] {
  const bar = (of: Bar | null, which: 'before' | 'now', y: number): Markup[] => {
    if (of === null) return [];
    const figure = of.share === null ? `${coresText(of.cores)}, no quota` : `${Math.round(of.share * 100)} %`;
    const length = of.share === null ? 0 : x(of.share) - x(0);
    return [
      html`<rect x="${at(x(0))}" y="${at(y)}" width="${at(length)}" height="${BAR}" class="bar ${which}"><title>${box}: ${figure}, ${coresText(of.cores)}</title></rect>`,
      text(figure, { x: x(0) + length + 5, y: y + BAR - 0.5, looks: `share ${which}` }),
    ];
  };
  return [
    text(box, { x: left - 8, y: top + (height - 6) / 2 + 3, anchor: 'end', looks: 'label' }),
    ...bar(before, 'before', top),
    ...bar(now, 'now', before === null ? top : top + BAR + 3),
  ];
}

function coresText(cores: number): string {
  return `${cores.toFixed(3)} cores`;
}
