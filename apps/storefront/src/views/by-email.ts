import { html, nothing, render } from 'lit-html';
import { plural, price, shortDay, time } from '../page/format.ts';
import * as client from '../shop/client.ts';
import { messageOf, Problem } from '../shop/problem.ts';
import type { OfBuyer, Show } from '../shop/types.ts';

/** A shop without shards does not look through its reservations by address. */
const NOT_THIS_STAGE = [404, 405];

/** “My reservations”: those under an e-mail address, bought in whatever browser. */
export function byEmail(outlet: HTMLElement): void {
  const draw = (content: unknown): void => {
    render(
      html`<section class="by-email">
        <h2>My reservations</h2>
        <form @submit=${submitted}>
          <label
            ><span>Email</span
            ><input name="email" type="email" autocomplete="email" required maxlength="254"
          /></label>
          <button class="button">Look up</button>
        </form>
        <div role="status">${content}</div>
      </section>`,
      outlet,
    );
  };

  const submitted = (event: SubmitEvent): void => {
    event.preventDefault();
    const email = String(new FormData(event.target as HTMLFormElement).get('email')).trim();
    draw(html`<p class="message">Looking…</p>`);
    void look(email).then(draw);
  };

  draw(nothing);
}

async function look(email: string) {
  try {
    const [found, shows] = await Promise.all([client.reservationsOf(email), client.shows()]);
    return answer(found, new Map(shows.map((show) => [show.id, show])));
  } catch (error) {
    const text =
      error instanceof Problem && NOT_THIS_STAGE.includes(error.status)
        ? 'This stage of the shop knows reservations only by their number. Looking them up comes with stage 9.'
        : messageOf(error);
    return html`<p class="message">${text}</p>`;
  }
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

function entry(one: OfBuyer['reservations'][number], show: Show | undefined) {
  return html`<li>
    <a href="#/reservations/${one.id}">
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
