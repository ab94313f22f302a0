import { html, type Markup } from '../html.ts';
import { at, drawing, line, text, tickText, WIDTH } from './drawing.ts';
import { linear, logarithmic, type Scale } from './scales.ts';

/** What a stage did with more and more users, in their order: answers per second, and how long they took. */
export interface Point {
  readonly users: number;
  readonly rps: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface Curves {
  readonly title: string;
  readonly description: string;
  /** Empty: there is no stage before. */
  readonly before: readonly Point[];
  readonly now: readonly Point[];
  /** Drawn across: how long an answer may take. null: not known. */
  readonly sloMs: number | null;
}

const LEFT = 44;
const RIGHT = WIDTH - 38;
const TOP = 26;
const BOTTOM = 268;

type Quantile = 'p50Ms' | 'p95Ms';
const QUANTILES: readonly Quantile[] = ['p50Ms', 'p95Ms'];

interface Paper {
  readonly x: Scale;
  readonly y: Scale;
}

/** Latency against rate: where a curve turns upwards, the stage is full. Between P50 and P95 its colour is light. */
export function curvePlot({ title, description, before, now, sloMs }: Curves): Markup {
  const points = [...before, ...now];
  const paper: Paper = {
    x: linear({ max: Math.max(0, ...points.map(({ rps }) => rps)), from: LEFT, to: RIGHT }),
    y: logarithmic({
      values: [...points.flatMap(({ p50Ms, p95Ms }) => [p50Ms, p95Ms]), ...(sloMs === null ? [] : [sloMs])],
      most: 10,
      from: BOTTOM,
      to: TOP,
    }),
  };
  return drawing({ title, description, height: BOTTOM + 44 }, [
    ...axes(paper),
    ...curve(before, paper, 'before'),
    ...curve(now, paper, 'now'),
    ...(sloMs === null ? [] : sloLine(paper.y.at(sloMs), sloMs)),
    ...endLabels(paper, { before, now }),
  ]);
}

function axes({ x, y }: Paper): Markup[] {
  return [
    ...y.ticks.flatMap((tick) => [
      line({ x1: LEFT, x2: RIGHT, y1: y.at(tick), y2: y.at(tick) }, 'grid'),
      text(tickText(tick), { x: LEFT - 7, y: y.at(tick) + 4, anchor: 'end', looks: 'tick' }),
    ]),
    line({ x1: LEFT, x2: RIGHT, y1: BOTTOM, y2: BOTTOM }, 'base'),
    ...x.ticks.flatMap((tick) => [
      line({ x1: x.at(tick), x2: x.at(tick), y1: BOTTOM, y2: BOTTOM + 4 }, 'base'),
      text(tickText(tick), { x: x.at(tick), y: BOTTOM + 18, anchor: 'middle', looks: 'tick' }),
    ]),
    text('ms, logarithmic', { x: 4, y: 12, looks: 'axis' }),
    text('answers per second', { x: RIGHT, y: BOTTOM + 38, anchor: 'end', looks: 'axis' }),
  ];
}

function sloLine(y: number, sloMs: number): Markup[] {
  return [
    line({ x1: LEFT, x2: RIGHT, y1: y, y2: y }, 'mark'),
    text(`SLO ${tickText(sloMs)} ms`, { x: LEFT + 4, y: y - 5, looks: 'tick' }),
  ];
}

function curve(points: readonly Point[], { x, y }: Paper, which: 'before' | 'now'): Markup[] {
  if (points.length === 0) return [];
  const along = (quantile: Quantile): string[] =>
    points.map((point) => `${at(x.at(point.rps))} ${at(y.at(point[quantile]))}`);
  const [p50, p95] = [along('p50Ms'), along('p95Ms')];
  return [
    html`<path d="M${p50.join('L')}L${p95.toReversed().join('L')}z" class="between ${which}"/>`,
    ...[p50, p95].map((places) => html`<path d="M${places.join('L')}" class="curve ${which}"/>`),
    ...QUANTILES.flatMap((quantile) =>
      points.map((point) => {
        const { users, rps } = point;
        const told = `${name(quantile)} ${tickText(Number(point[quantile].toPrecision(3)))} ms at ${tickText(Number(rps.toPrecision(3)))}/s, ${users} users`;
        return html`<circle cx="${at(x.at(rps))}" cy="${at(y.at(point[quantile]))}" r="3.4" class="point ${which}"><title>${told}</title></circle>`;
      }),
    ),
  ];
}

interface Label {
  readonly content: string;
  readonly which: 'before' | 'now';
  readonly x: number;
  readonly y: number;
}

const LETTERS = { wide: 32, high: 13 };

/** `P50` and `P95` where the curves end, pushed apart where they would lie on each other. */
function endLabels({ x, y }: Paper, ends: Readonly<Record<'before' | 'now', readonly Point[]>>): Markup[] {
  const placed: Label[] = [];
  for (const which of ['before', 'now'] as const) {
    const end = ends[which].at(-1);
    if (end === undefined) continue;
    for (const quantile of QUANTILES) {
      const left = x.at(end.rps) + 8;
      const wanted = y.at(end[quantile]) + 4;
      placed.push({ content: name(quantile), which, x: left, y: free(wanted, left, placed) });
    }
  }
  return placed.map(({ content, which, ...place }) => text(content, { ...place, looks: `end ${which}` }));
}

/** Upwards to where no label is yet. */
function free(wanted: number, left: number, placed: readonly Label[]): number {
  const taken = placed.find(
    (other) => Math.abs(other.x - left) < LETTERS.wide && Math.abs(other.y - wanted) < LETTERS.high,
  );
  return taken === undefined ? wanted : free(taken.y - LETTERS.high, left, placed);
}

function name(quantile: Quantile): string {
  return quantile === 'p50Ms' ? 'P50' : 'P95';
}
