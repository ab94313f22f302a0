import { html, type Markup } from './html.ts';

/** What does not count, and why: not to be overlooked. */
export function voidBanner(what: string, why: readonly string[]): Markup {
  return html`<div class="banner" role="note"><strong>${what}</strong><ul>${why.map((reason) => html`<li>${reason}</li>`)}</ul></div>`;
}
