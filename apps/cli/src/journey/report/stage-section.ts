import { milliseconds, perSecond } from '../../report/milliseconds.ts';
import type { JourneyStage } from '../record.ts';
import { drillTable } from './drill-table.ts';
import { html, type Markup } from './html.ts';
import { ladderTable } from './ladder-table.ts';
import { originList } from './origin.ts';
import type { Section, Served } from './section.ts';
import { stagePlots } from './stage-plots.ts';
import { voidBanner } from './void-banner.ts';
import { fullestText, gainText, intervalText, moneyText } from './wording.ts';

/** All about one stage. */
export function stageSection(stage: JourneyStage, section: Section): Markup {
  const { title, users, valid, why } = section;
  return html`<section id="stage-${stage.stage}" class="stage${valid ? '' : ' void'}">
<header><h2><span class="numeral">${stage.stage}</span> ${title}</h2><p class="users">Users: ${users}</p><p class="verdict">${valid ? 'valid' : 'VOID'}</p></header>
${valid ? null : voidBanner('VOID: the figures of this stage do not count', why)}
${story(section)}
${keyFigures(section)}
${stagePlots(stage, section)}
${drillTable(stage.drill, section)}
${ladderTable(stage)}
${originList(stage)}
</section>`;
}

/** The bottleneck as measured, the cure, and the bottleneck that is left. */
function story({ stage, bottleneck, cure, scenario }: Section): Markup {
  const part = (name: string, content: Markup): Markup =>
    html`<div><dt>${name}</dt><dd>${content}</dd></div>`;
  const full = (fullest: Section['bottleneck']['now'], where: string): Markup =>
    fullest === null
      ? html`nothing that has a quota`
      : html`<strong>${fullestText(fullest)}</strong> of its quota${where}`;
  return html`<dl class="story">${bottleneck.before === null ? null : part('Full before', full(bottleneck.before, `, in stage ${stage - 1}`))}${cure === null ? null : part('Cure', html`${cure}`)}${part('Full now', full(bottleneck.now, ''))}${part('Load', html`<code>${scenario}</code>`)}</dl>`;
}

function keyFigures({ gain, load, before, now, most, cost }: Section): Markup {
  const pair = (name: string, of: (served: Served) => string): Markup =>
    cell(name, change(before === null ? null : of(before), now === null ? '–' : of(now)), load);
  const cells: Markup[] = [];
  if (gain !== null) {
    const of = gain.of === 'throughput' ? 'Gain in throughput' : 'Sooner (P50)';
    cells.push(cell(of, gainText(gain), `95 % interval ${intervalText(gain)}`, 'gain'));
  }
  if (gain?.of !== 'P50') cells.push(pair('Throughput', ({ rps }) => perSecond(rps)));
  cells.push(
    pair('P50', ({ p50Ms }) => milliseconds(p50Ms)),
    pair('P95', ({ p95Ms }) => milliseconds(p95Ms)),
  );
  if (gain?.of === 'P50' && most.now !== null) {
    const was = most.before === null ? null : perSecond(most.before);
    cells.push(cell('Throughput', change(was, perSecond(most.now)), 'the most on the ladder'));
  }
  if (cost !== null) {
    const { perMonth, perThousandRequests, pricesOf } = cost;
    const under = html`${moneyText(perThousandRequests, cost)} per 1,000 requests; prices of <span class="nowrap">${pricesOf}</span>`;
    cells.push(cell('Cost a month', moneyText(perMonth, cost), under));
  }
  return html`<dl class="figures">${cells}</dl>`;
}

function cell(name: string, figure: string | Markup, under: string | Markup, looks = ''): Markup {
  return html`<div class="${looks}"><dt>${name}</dt><dd>${figure}<small>${under}</small></dd></div>`;
}

function change(before: string | null, now: string): Markup {
  const was = before === null ? null : html`<span class="was">${before}</span> → `;
  return html`${was}${now}`;
}
