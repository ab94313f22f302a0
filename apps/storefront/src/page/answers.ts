import { html, nothing, render } from 'lit-html';
import { type Answer, lastAnswers, onAnswer } from '../shop/answered.ts';
import { milliseconds } from './format.ts';

/** The line at the foot of the page that says which boxes answered: what a visitor never sees and a learner wants to. */
export function showAnswers(outlet: HTMLElement): void {
  const update = (): void => {
    render(panel(lastAnswers()), outlet);
  };
  onAnswer(update);
  update();
}

function panel(answers: readonly Answer[]) {
  const [last] = answers;
  if (last === undefined) return html`<p class="quiet">No answer yet.</p>`;
  return html`
    <details class="answers">
      <summary>
        <span>Answered by <b data-testid="served-by">${chain(last.servedBy) ?? 'an unnamed box'}</b></span>
        ${last.cache === null ? nothing : html`<span>cache <b>${last.cache}</b></span>`}
        ${last.region === null || last.region === '' ? nothing : html`<span>region <b>${last.region}</b></span>`}
        ${last.dataAge === null ? nothing : html`<span>may be <b>${last.dataAge} s</b> old</span>`}
        <span>in <b>${milliseconds(last.ms)}</b></span>
      </summary>
      <div class="scroll">
        <table>
          <caption>
            The last answers this page got, newest first
          </caption>
          <thead>
            <tr><th>Box</th><th>Cache</th><th>Region</th><th class="number">Time</th><th>Status</th><th>Request</th></tr>
          </thead>
          <tbody>
            ${answers.map(line)}
          </tbody>
        </table>
      </div>
    </details>
  `;
}

/** `edge-us, app-2`: each box handed the request on to the one after it. */
function chain(servedBy: string | null): string | undefined {
  return servedBy?.split(', ').join(' › ');
}

function line(answer: Answer) {
  return html`<tr>
    <td>${chain(answer.servedBy) ?? '–'}</td>
    <td>${answer.cache ?? '–'}</td>
    <td>${answer.region || '–'}</td>
    <td class="number">${milliseconds(answer.ms)}</td>
    <td>${answer.status}</td>
    <td><code>${answer.request}</code></td>
  </tr>`;
}
