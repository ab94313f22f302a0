import { html, nothing, render } from 'lit-html';
import { plural, price, shortDay, time } from '../page/format.ts';
import * as client from '../shop/client.ts';
import { messageOf } from '../shop/problem.ts';
import type { OfBuyer, Reservation, Show } from '../shop/types.ts';

/** “My reservations”: all of the address to which the link with this token was mailed. */
export function myView(token: string | undefined): (outlet: HTMLElement) => () => void {
  return (outlet) => {
    document.title = 'My reservations · Row A';
    // The token does not stay where others see it, and where the browser remembers it.
    if (token !== undefined) history.replaceState(null, '', '#/my');
    let left = false;
    const draw = (content: unknown): void => {
      if (!left) render(html`<h1 class="verdict">My reservations</h1>${content}`, outlet);
    };

    async function load(link: string): Promise<void> {
      try {
        const [found, shows] = await Promise.all([client.myReservations(link), client.shows()]);
        draw(answer(found, new Map(shows.map((show) => [show.id, show]))));
      } catch (error) {
        draw(
          html`<p class="message" role="alert">${messageOf(error)} <a href="#/tickets">Ask for a new link</a></p>`,
        );
      }
    }

    if (token === undefined) {
      draw(
        html`<p class="message">Open the link in your mail again, or <a href="#/tickets">ask for a new one</a>.</p>`,
      );
    } else {
      draw(html`<p class="message" role="status">Looking…</p>`);
      void load(token);
    }
    return () => {
      left = true;
    };
  };
}

/** What the shards that answered have; which ones did not is said, for a gap must not look like nothing bought. */
function answer({ reservations, missing }: OfBuyer, shows: ReadonlyMap<number, Show>) {
  return html`${
    missing.length === 0
      ? nothing
      : html`<p class="notice">Not all could be asked (${missing.join(', ')}): some reservations may be missing here.</p>`
  }
  ${
    reservations.length === 0
      ? html`<p class="message">No reservation under this address${missing.length === 0 ? '' : ' so far'}.</p>`
      : html`<ul class="mine">${reservations.map((one) => entry(one, shows.get(one.showId)))}</ul>`
  }`;
}

function entry(one: Reservation, show: Show | undefined) {
  return html`<li>
    <a href="#/reservations/${one.id}/${one.token}">
      ${show === undefined ? nothing : html`<img src=${show.poster} alt="" width="600" height="900" />`}
      <span>
        <strong>${show?.artist ?? `Show ${one.showId}`}</strong>
        ${show === undefined ? nothing : html`<span>${shortDay(show.startsAt)}, ${time(show.startsAt)} · ${show.venue}</span>`}
        <span
          >${plural(one.seats.length, 'seat')}${show === undefined ? '' : ` · ${price(one.totalCents, show.currency)}`}${one.status === 'cancelled' ? ' · cancelled' : ''}</span
        >
      </span>
    </a>
  </li>`;
}
