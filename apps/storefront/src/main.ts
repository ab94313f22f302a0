import '@fontsource-variable/outfit/wght.css';
import './page/base.css';
import './page/shows.css';
import './page/plan.css';
import './page/order.css';
import './page/ticket.css';
import { html, nothing, render } from 'lit-html';
import { showAnswers } from './page/answers.ts';
import { routeOf } from './page/route.ts';
import type { View } from './page/view.ts';
import { reserve } from './shop/client.ts';
import { askForMails } from './shop/purchase.ts';
import { myView } from './views/my.ts';
import { reservationView } from './views/reservation.ts';
import { showView } from './views/show.ts';
import { showsView } from './views/shows.ts';
import { ticketsView } from './views/tickets.ts';

const shell = html`
  <a class="skip" href="#main" @click=${focusMain}>Skip to content</a>
  <header class="top">
    <a class="brand" href="#/"><span class="mark" aria-hidden="true">A</span> Row A</a>
    <nav><a href="#/">Shows</a><a href="#/tickets">My tickets</a></nav>
  </header>
  <main id="main" tabindex="-1"></main>
  <footer id="answers"></footer>
`;

const app = byId('app');
render(shell, app);
showAnswers(byId('answers'));

// Of purchases before the page was loaded again.
void askForMails(reserve, (ms) => new Promise((done) => setTimeout(done, ms)));

let leave: () => void = () => undefined;
let entered = false;

function enter(): void {
  leave();
  const main = byId('main');
  render(nothing, main);
  leave = viewFor(location.hash)(main);
  scrollTo(0, 0);
  // Whoever listens instead of looking must hear that the page changed; on the first load the browser says so itself.
  if (entered) main.focus({ preventScroll: true });
  entered = true;
}

function viewFor(hash: string): View {
  const route = routeOf(hash);
  switch (route.page) {
    case 'shows':
      return showsView;
    case 'show':
      return showView(route.id);
    case 'reservation':
      return reservationView(route.id, route.token);
    case 'tickets':
      return ticketsView;
    case 'my':
      return myView(route.token);
    case 'nowhere':
      return nowhere;
  }
}

function nowhere(outlet: HTMLElement): () => void {
  document.title = 'Not found · Row A';
  render(
    html`<div class="message"><h1>There is nothing here</h1><p><a href="#/">See all shows</a></p></div>`,
    outlet,
  );
  return () => undefined;
}

function focusMain(event: Event): void {
  event.preventDefault();
  byId('main').focus();
}

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

addEventListener('hashchange', enter);
enter();
