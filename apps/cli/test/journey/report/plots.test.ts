import { expect, it } from 'vitest';
import { boxBars } from '../../../src/journey/report/box-bars.ts';
import { curvePlot } from '../../../src/journey/report/plot/curves.ts';
import { dotPlot } from '../../../src/journey/report/plot/dots.ts';
import { syntheticJourney } from './synthetic.ts';

const point = (rps: number, ms: number) => ({ users: 1, rps, p50Ms: ms, p95Ms: ms });
const TEXTS = { title: 'Latency', description: 'of nothing in particular' };

it.each([
  ['one point', [point(10, 3)]],
  ['equal points', [point(10, 3), point(10, 3)]],
  ['nothing answered', [point(0, 0)]],
])('a plot of %s has no place that is no number', (_, now) => {
  const { markup } = curvePlot({ ...TEXTS, before: [], now, sloMs: null });
  expect(markup).not.toMatch(/NaN|Infinity|undefined/);
});

it('labels at the ends of curves do not lie on each other', () => {
  const { markup } = curvePlot({ ...TEXTS, before: [point(100, 50)], now: [point(100, 50)], sloMs: 200 });
  const labels = [...markup.matchAll(/y="([\d.]+)"[^>]*class="end /g)]
    .map(([, y]) => Number(y))
    .sort((a, b) => a - b);
  expect(labels).toHaveLength(4);
  const gaps = labels.slice(1).map((y, index) => y - (labels[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(10);
});

it('whiskers reach from one end of the interval to the other, around the dot', () => {
  const row = {
    label: 'a',
    figure: '× 2',
    value: 2,
    interval: [1, 4] as const,
    shape: 'circle' as const,
    valid: true,
  };
  const { markup } = dotPlot({ title: 't', axis: 'times', scale: 'logarithmic', mark: 1, rows: [row] });
  const [, from, to] = /x1="([\d.]+)"[^>]*x2="([\d.]+)"[^>]*class="whisker"/.exec(markup) ?? [];
  const [, dot] = /<circle cx="([\d.]+)"/.exec(markup) ?? [];
  expect(Number(dot)).toBeCloseTo((Number(from) + Number(to)) / 2, 0);
});

it('boxes of a kind stand together, those of this stage first, with what each did in either stage', () => {
  const rung = syntheticJourney().stages[3]?.ladder.at(-1);
  if (rung === undefined) throw new Error('stage 4 has a ladder');
  const boxes = boxBars(rung);
  expect(boxes.map(({ box }) => box)).toEqual([
    'lb', 'app-1', 'app-2', 'app-3', 'db', 'replica-1', 'replica-2', 'mail',
  ]); // biome-ignore format: one line
  expect(boxes.find(({ box }) => box === 'replica-1')?.before).toBeNull();
  expect(boxes.find(({ box }) => box === 'db')?.before?.share).toBeCloseTo(0.995);
  expect(boxes.find(({ box }) => box === 'mail')?.now?.share).toBeNull();
});

it('what only the stage before has stands with its kind, too', () => {
  const rung = syntheticJourney().stages[7]?.ladder.at(-1);
  if (rung === undefined) throw new Error('stage 8 has a ladder');
  const kinds = boxBars(rung).map(({ kind }) => kind);
  const runs = kinds.filter((kind, index) => kind !== kinds[index - 1]);
  expect(runs).toEqual([...new Set(kinds)]);
  expect(kinds.filter((kind) => kind === 'app')).toHaveLength(8);
});
