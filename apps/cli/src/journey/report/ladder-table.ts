import { milliseconds } from '../../report/milliseconds.ts';
import type { AtUsers, JourneyStage } from '../record.ts';
import { html, type Markup } from './html.ts';

/** The measured points in numbers, for those who want them, and for those who do not see the plot. */
export function ladderTable({ stage, ladder }: JourneyStage): Markup | null {
  if (ladder.length === 0) return null;
  const two = ladder.some(({ previous }) => previous !== null);
  const names = ['answers/s', 'P50', 'P95'].map((name) => html`<th class="number">${name}</th>`);
  const cells = (at: AtUsers | null): Markup =>
    at === null
      ? html`<td></td><td></td><td></td>`
      : html`<td class="number">${at.rps.toFixed(1)}</td><td class="number">${milliseconds(at.p50Ms)}</td><td class="number">${milliseconds(at.p95Ms)}</td>`;
  return html`<details><summary>The measured points</summary>
<div class="scroll" tabindex="0"><table class="points">
<thead><tr><th class="number" rowspan="2">Users</th>${two ? html`<th colspan="3">stage ${stage - 1}, before</th>` : null}<th colspan="3">stage ${stage}</th></tr><tr>${two ? names : null}${names}</tr></thead>
<tbody>${ladder.map((rung) => html`<tr><td class="number">${rung.users}</td>${two ? cells(rung.previous) : null}${cells(rung.this)}</tr>`)}</tbody>
</table></div></details>`;
}
