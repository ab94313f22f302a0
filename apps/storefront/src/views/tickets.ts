import { html, render } from 'lit-html';
import { plural, shortDay } from '../page/format.ts';
import * as client from '../shop/client.ts';
import { type Owned, owned } from '../shop/mine.ts';
import { messageOf } from '../shop/problem.ts';
import type { Show } from '../shop/types.ts';
import { byEmail } from './by-email.ts';

/** The tickets bought in this browser, and below them a way to find those that were bought in another. */
export function ticketsView(outlet: HTMLElement): () => void {
  document.title = 'My tickets · Row A';
  const tickets = owned();
  let left = false;
  render(html`<h1 class="verdict">My tickets</h1><div id="here"></div><div id="by-email"></div>`, outlet);
  const [here, elsewhere] = ['here', 'by-email'].map((id) => document.getElementById(id));

  const show = (content: unknown): void => {
    if (!left && here) render(content, here);
  };
  if (elsewhere) byEmail(elsewhere);

  async function load(): Promise<void> {
    try {
      const shows = new Map((await client.shows()).map((each) => [each.id, each]));
      show(html`<ul class="mine">${tickets.map((ticket) => entry(ticket, shows.get(ticket.showId)))}</ul>`);
    } catch (error) {
      show(html`<p class="message" role="alert">${messageOf(error)}</p>`);
    }
  }

  if (tickets.length === 0) {
    show(html`<p class="message">Nothing bought in this browser yet. <a href="#/">See all shows</a></p>`);
  } else {
    show(html`<p class="message" role="status">Looking…</p>`);
    void load();
  }
  return () => {
    left = true;
  };
}

function entry(ticket: Owned, show: Show | undefined) {
  return html`<li>
    <a href="#/reservations/${ticket.id}">
      ${show === undefined ? '' : html`<img src=${show.poster} alt="" width="600" height="900" />`}
      <span>
        <strong>${show?.artist ?? `Show ${ticket.showId}`}</strong>
        ${show === undefined ? '' : html`<span>${shortDay(show.startsAt)} · ${show.venue}, ${show.city}</span>`}
        <span>${plural(ticket.seats.length, 'seat')}</span>
      </span>
    </a>
  </li>`;
}
