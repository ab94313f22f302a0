import type { JourneyStage, Rung } from '../record.ts';
import { boxBars } from './box-bars.ts';
import { html, type Markup } from './html.ts';
import { barPlot } from './plot/bars.ts';
import { curvePlot } from './plot/curves.ts';
import type { Section } from './section.ts';
import { fullestText } from './wording.ts';

/** The two plots of a stage: what it takes, and which box gives out. */
export function stagePlots(stage: JourneyStage, section: Section): Markup | null {
  const last = stage.ladder.at(-1);
  if (last === undefined) return null;
  return html`<div class="plots">${latencyFigure(stage)}${cpuFigure(stage, section, last)}</div>`;
}

function latencyFigure({ stage, scenario, step, ladder }: JourneyStage): Markup {
  const title = 'Latency against rate';
  const before = ladder.flatMap(({ users, previous }) => (previous === null ? [] : [{ users, ...previous }]));
  const now = ladder.map((rung) => ({ users: rung.users, ...rung.this }));
  const description = [
    `P50 and P95 with ${ladder.map(({ users }) => users).join(', ')} users of ${scenario}`,
    ...(before.length === 0 ? [] : [`stage ${stage - 1}: ${pointsText(before)}`]),
    `stage ${stage}: ${pointsText(now)}`,
  ].join('; ');
  const sloMs = step?.gain === 'capacity' ? step.comparison.latency.sloMs : null;
  return html`<figure>
<figcaption><strong>${title}</strong> P50 and P95 of <code>${scenario}</code>, with ${usersText(ladder)}. ${legend(stage, before.length > 0, curveSample)}</figcaption>
${curvePlot({ title, description, before, now, sloMs })}
</figure>`;
}

function cpuFigure({ stage }: JourneyStage, { bottleneck }: Section, last: Rung): Markup {
  const title = 'CPU share by box';
  const boxes = boxBars(last);
  const description = boxes
    .map(({ box, before, now }) => {
      const both = [before, now].map((bar) => {
        if (bar === null) return 'not there';
        return bar.share === null ? 'no quota' : `${Math.round(bar.share * 100)} % of its quota`;
      });
      return last.previous === null ? `${box} ${both[1]}` : `${box} ${both[0]} before, ${both[1]} now`;
    })
    .join('; ');
  const full =
    bottleneck.now === null
      ? null
      : html` Fullest now: <span class="nowrap">${fullestText(bottleneck.now)}</span>.`;
  return html`<figure>
<figcaption><strong>${title}</strong> with ${last.users} users, the last rung.${full} ${legend(stage, last.previous !== null, barSample)}</figcaption>
${barPlot({ title, description, boxes })}
</figure>`;
}

function pointsText(points: readonly { rps: number; p50Ms: number; p95Ms: number }[]): string {
  return points
    .map(({ rps, p50Ms, p95Ms }) => `${rps.toFixed(0)}/s ${p50Ms.toFixed(0)} and ${p95Ms.toFixed(0)} ms`)
    .join(', ');
}

function usersText(ladder: readonly Rung[]): string {
  const [first, last] = [ladder[0]?.users ?? 0, ladder.at(-1)?.users ?? 0];
  return first === last ? `${first} users` : `${first} to ${last} users`;
}

type Sample = (which: 'before' | 'now') => Markup;

const curveSample: Sample = (which) =>
  html`<line x1="1" x2="25" y1="5" y2="5" class="curve ${which}"/><circle cx="13" cy="5" r="3.4" class="point ${which}"/>`;
const barSample: Sample = (which) => html`<rect x="1" y="1" width="24" height="8" class="bar ${which}"/>`;

function legend(stage: number, hasBefore: boolean, sample: Sample): Markup {
  const key = (which: 'before' | 'now', name: string): Markup =>
    html`<span class="key"><svg viewBox="0 0 26 10" aria-hidden="true">${sample(which)}</svg>${name}</span>`;
  return html`<span class="keys">${hasBefore ? key('before', `stage ${stage - 1}, before`) : null}${key('now', `stage ${stage}`)}</span>`;
}
