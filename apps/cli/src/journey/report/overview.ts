import { html, type Markup } from './html.ts';
import { dotPlot } from './plot/dots.ts';
import type { Report } from './report.ts';
import type { Section } from './section.ts';
import { failurePointsText, fullestText, gainText, intervalText, moneyText } from './wording.ts';

/** The whole way on one page: what each step gains, what it costs, and a row for each stage. */
export function overview({ sections }: Report): Markup {
  return html`<section id="the-whole-way"><h2>The whole way</h2>
<div class="plots">${gainFigure(sections)}${costFigure(sections)}</div>
${table(sections)}
</section>`;
}

function gainFigure(sections: readonly Section[]): Markup | null {
  const rows = sections.flatMap((section) => {
    const { gain, valid } = section;
    if (gain === null) return [];
    return [
      {
        label: nameOf(section),
        figure: `${gainText(gain)} (${intervalText(gain)})${valid ? '' : ' VOID'}`,
        value: gain.factor,
        interval: gain.interval,
        shape: gain.of === 'throughput' ? ('circle' as const) : ('diamond' as const),
        valid,
      },
    ];
  });
  if (rows.length === 0) return null;
  const title = 'What each step gains';
  return html`<figure>
<figcaption><strong>${title}</strong> against the stage before, with 95 % interval. ● times the throughput (×), ◆ times as soon an answer, P50 (÷). The line at 1: no gain.</figcaption>
${dotPlot({ title, axis: 'times better than the stage before, logarithmic', scale: 'logarithmic', mark: 1, rows })}
</figure>`;
}

function costFigure(sections: readonly Section[]): Markup | null {
  const [first] = sections.flatMap(({ cost }) => cost ?? []);
  if (first === undefined) return null;
  const title = 'What 1,000 requests cost';
  const rows = sections.flatMap((section) => {
    const { cost, valid } = section;
    const value = cost?.perThousandRequests ?? null;
    if (cost === null || value === null) return [];
    const figure = `${moneyText(value, cost)}, ${moneyText(cost.perMonth, cost)} a month${valid ? '' : ' VOID'}`;
    const shape = 'circle' as const;
    return [{ label: nameOf(section), figure, value, interval: null, shape, valid }];
  });
  return html`<figure>
<figcaption><strong>${title}</strong> as run, at the throughput measured, which each stage has with a load of its own. Prices of <span class="nowrap">${first.pricesOf}</span>.</figcaption>
${dotPlot({ title, axis: `${first.currency} per 1,000 requests, logarithmic`, scale: 'logarithmic', mark: null, rows })}
</figure>`;
}

function table(sections: readonly Section[]): Markup {
  const costs = sections.some(({ cost }) => cost !== null);
  const names = ['Stage', 'Users', 'Load', 'Gain', 'Full before', 'Full now', 'Single points of failure'];
  return html`<div class="scroll" tabindex="0"><table class="overview">
<thead><tr>${[...names, ...(costs ? ['Cost a month'] : []), ''].map((name) => html`<th>${name}</th>`)}</tr></thead>
<tbody>${sections.map((section) => row(section, costs))}</tbody>
</table></div>`;
}

function row(section: Section, costs: boolean): Markup {
  const { stage, users, scenario, gain, bottleneck, cost, valid } = section;
  return html`<tr class="${valid ? '' : 'void'}"><th scope="row"><a href="#stage-${stage}">${nameOf(section)}</a></th><td>${users}</td><td><code>${scenario}</code></td><td class="nowrap">${gain === null ? '–' : gainText(gain)}</td><td class="nowrap">${fullestText(bottleneck.before)}</td><td class="nowrap">${fullestText(bottleneck.now)}</td><td>${failurePointsText(section)}</td>${costs ? html`<td class="nowrap">${cost === null ? '–' : moneyText(cost.perMonth, cost)}</td>` : null}<td><span class="verdict">${valid ? 'valid' : 'VOID'}</span></td></tr>`;
}

function nameOf({ stage, title }: Section): string {
  return `${stage} ${title}`;
}
