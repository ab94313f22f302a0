import type { Drill } from '../../drill/drill.ts';
import { DEATH_COLUMNS, deathsOf } from './deaths.ts';
import { html, type Markup } from './html.ts';
import type { Section } from './section.ts';
import { voidBanner } from './void-banner.ts';
import { failurePointsText } from './wording.ts';

/** Which boxes the stage cannot do without, as it turned out when each was killed. */
export function drillTable(drill: Drill, section: Section): Markup {
  const { scenario, rate, downSeconds } = drill;
  const rows = deathsOf(drill).map(
    ({ box, singlePoint, meaning, failed, lasted, rightAgain, slowest }) =>
      html`<tr class="${singlePoint ? 'single-point' : failed === '–' ? 'uneventful' : ''}"><th scope="row">${box}</th><td>${meaning}</td><td>${failed}</td><td class="number">${lasted}</td><td class="number">${rightAgain}</td><td class="number">${slowest}</td></tr>`,
  );
  return html`<h3>Which box may die?</h3>
<p>Single points of failure: <strong>${failurePointsText(section)}</strong>. Each box was killed under <code>${scenario}</code> at ${rate}/s, stayed down for ${downSeconds} s and was healed.</p>
${drillFaults(drill)}
<div class="scroll" tabindex="0"><table class="deaths">
<thead><tr>${DEATH_COLUMNS.map((name, index) => html`<th class="${index < 3 ? '' : 'number'}">${name}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
}

function drillFaults({ verdict, faults, why }: Drill): Markup | null {
  if (verdict === 'holds') return null;
  if (verdict === 'void') return voidBanner('VOID: the drill says nothing', why);
  return voidBanner('Falls short: acknowledged and lost, or not well again', faults);
}
