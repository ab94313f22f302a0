import { html, nothing, render } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { plural, price, shortDay, time } from '../page/format.ts';
import * as client from '../shop/client.ts';
import { messageOf } from '../shop/problem.ts';
import { matching, type Search } from '../shop/search.ts';
import type { Show } from '../shop/types.ts';

type State = { is: 'loading' } | { is: 'failed'; why: string } | { is: 'loaded'; shows: readonly Show[] };

const LOOK_MS = 10_000;

/** Survives a visit to a show: who comes back finds the list as it was left. */
let search: Search = { text: '', city: '' };

export function showsView(outlet: HTMLElement): () => void {
  document.title = 'Row A: shows';
  let state: State = { is: 'loading' };
  let left = false;
  let fast: ReadonlySet<number> = new Set();

  const update = (): void => {
    if (!left) render(page(), outlet);
  };
  const load = async (): Promise<void> => {
    try {
      state = { is: 'loaded', shows: await client.shows() };
    } catch (error) {
      state = { is: 'failed', why: messageOf(error) };
    }
    update();
  };
  /** A hint, no more: without it the list is as good. */
  const loadSelling = async (): Promise<void> => {
    try {
      fast = new Set((await client.sellingFast()).map(({ showId }) => showId));
    } catch (error) {
      console.debug('what sells fast is not known', error);
      fast = new Set();
    }
    update();
  };
  const look = (change: Partial<Search>): void => {
    search = { ...search, ...change };
    update();
  };

  function page() {
    if (state.is === 'loading') return html`<p class="message" role="status">Opening the box office…</p>`;
    if (state.is === 'failed') {
      return html`<div class="message" role="alert">
        <h1>No shows to see</h1>
        <p>${state.why}</p>
        <button class="button" @click=${load}>Try again</button>
      </div>`;
    }
    const found = matching(state.shows, search);
    return html`
      <section class="hero">
        <h1>A seat for every evening</h1>
        <p>${plural(state.shows.length, 'show')} on tour, five hundred seats each. Watch them go, live.</p>
        ${filters(state.shows)}
      </section>
      <p class="count" role="status">${found.length === 0 ? 'Nothing matches.' : plural(found.length, 'show')}</p>
      <ul class="cards">
        ${repeat(
          found,
          (show) => show.id,
          (show) => card(show, fast.has(show.id)),
        )}
      </ul>
    `;
  }

  function filters(shows: readonly Show[]) {
    const cities = [...new Set(shows.map((show) => show.city))].toSorted((a, b) => a.localeCompare(b));
    return html`<form class="filters" role="search" @submit=${(event: Event) => event.preventDefault()}>
      <label>
        <span>Search</span>
        <input
          type="search"
          placeholder="Artist, show, hall…"
          .value=${search.text}
          @input=${(event: InputEvent) => look({ text: (event.target as HTMLInputElement).value })}
        />
      </label>
      <label>
        <span>City</span>
        <select @change=${(event: Event) => look({ city: (event.target as HTMLSelectElement).value })}>
          <option value="">All cities</option>
          ${cities.map((city) => html`<option value=${city} ?selected=${city === search.city}>${city}</option>`)}
        </select>
      </label>
    </form>`;
  }

  update();
  void load();
  void loadSelling();
  const looking = setInterval(() => void loadSelling(), LOOK_MS);
  return () => {
    left = true;
    clearInterval(looking);
  };
}

function card(show: Show, fast: boolean) {
  return html`<li>
    <a class="card" href="#/shows/${show.id}">
      <img src=${show.poster} alt="" width="600" height="900" loading="lazy" decoding="async" />
      <span class="when">${shortDay(show.startsAt)} · ${time(show.startsAt)}</span>
      ${fast ? html`<em class="fast">Selling fast</em>` : nothing}
      <strong>${show.artist}</strong>
      <span class="title">${show.title}</span>
      <span class="where">${show.venue}, ${show.city}</span>
      <span class="from">from ${price(show.fromCents, show.currency)}</span>
    </a>
  </li>`;
}
