import { html, render } from 'lit-html';
import { day, time } from '../page/format.ts';
import { type Attempt, attemptFor, decide, isDecision } from '../shop/attempt.ts';
import * as client from '../shop/client.ts';
import * as house from '../shop/house.ts';
import { follow } from '../shop/live.ts';
import { owned, remember } from '../shop/mine.ts';
import { messageOf, Problem } from '../shop/problem.ts';
import type { Show } from '../shop/types.ts';
import { type Buyer, orderPanel } from './order-panel.ts';
import { seatPlan } from './seat-plan.ts';
import { zoomable } from './zoom.ts';

const STREAM_PATIENCE_MS = 1_500;

/** One show: its seat plan, live, and the order. */
export function showView(id: number): (outlet: HTMLElement) => () => void {
  return (outlet) => {
    document.title = 'Row A';
    const bought = owned().filter((ticket) => ticket.showId === id);
    let hall = house.emptyHouse(bought.flatMap((ticket) => ticket.seats));
    let show: Show | null = null;
    let failure: string | null = null;
    let complaint: string | null = null;
    let live = false;
    let left = false;
    let attempt: Attempt | null = null;
    const zoom = zoomable(() => update());
    // The plan is loaded when the stream is open, so that no sale falls between the two; without a stream, all the same.
    const impatient = setTimeout(() => void loadMap(), STREAM_PATIENCE_MS);

    const stop = follow(id, {
      opened() {
        live = true;
        clearTimeout(impatient);
        void loadMap();
      },
      changed(change) {
        hall = house.withChange(hall, change, Date.now());
        update();
      },
      lost() {
        live = false;
        update();
      },
    });

    async function loadMap(): Promise<void> {
      try {
        hall = house.withMap(hall, await client.seatMap(id), Date.now());
        failure = null;
      } catch (error) {
        // With a map on the screen a failed refresh is no reason to take it away.
        if (hall.seats.size === 0) failure = messageOf(error);
      }
      update();
    }

    async function load(): Promise<void> {
      try {
        show = await client.show(id);
        failure = null;
        document.title = `${show.artist} · Row A`;
      } catch (error) {
        failure = messageOf(error);
        if (error instanceof Problem && error.status === 404) end();
      }
      update();
    }

    async function buy(buyer: Buyer): Promise<void> {
      if (hall.buying) return;
      attempt = attemptFor({ showId: id, seats: hall.picked, ...buyer }, attempt, () => crypto.randomUUID());
      hall = house.withBuying(hall, true);
      complaint = null;
      update();
      try {
        const reservation = await decide(
          attempt,
          client.reserve,
          (ms) => new Promise((done) => setTimeout(done, ms)),
        );
        remember(reservation);
        if (!left) location.hash = `#/reservations/${reservation.id}`;
        return;
      } catch (error) {
        complaint = messageOf(error);
        if (isDecision(error)) attempt = null;
        const taken = error instanceof Problem && error.status === 409 ? error.seats : [];
        hall = house.withTaken(house.withBuying(hall, false), taken, id, Date.now());
      }
      update();
    }

    function pick(seat: number): void {
      const before = hall;
      hall = house.withToggled(hall, seat);
      const full = hall === before && hall.seats.get(seat)?.sold === false && !hall.buying;
      complaint = full ? `One order holds ${house.MOST_SEATS} seats at most.` : null;
      update();
    }

    function update(): void {
      if (!left) render(page(), outlet);
    }

    function page() {
      if (failure !== null) {
        return html`<div class="message" role="alert">
          <h1>This show cannot be shown</h1>
          <p>${failure}</p>
          <button class="button" @click=${() => void Promise.all([load(), loadMap()])}>Try again</button> <a href="#/">See all shows</a>
        </div>`;
      }
      if (show === null || hall.seats.size === 0) {
        return html`<p class="message" role="status">Opening the hall…</p>`;
      }
      return html`
        <div class="show">
          ${about(show)} ${seatPlan({ hall, currency: show.currency, live, zoom, pick })}
          ${orderPanel({ hall, currency: show.currency, complaint, pick, buy })}
        </div>
      `;
    }

    function end(): void {
      clearTimeout(impatient);
      stop();
    }

    update();
    void load();
    return () => {
      left = true;
      end();
    };
  };
}

function about(show: Show) {
  return html`<section class="about">
    <img src=${show.poster} alt="" width="600" height="900" />
    <div>
      <h1>${show.artist}</h1>
      <p class="title">${show.title}</p>
      <p class="when">${day(show.startsAt)}, ${time(show.startsAt)}<br />${show.venue}, ${show.city}</p>
      <p class="description">${show.description}</p>
      <p><a href="/brochures/v1/season.pdf" target="_blank" rel="noopener">The season’s brochure (PDF, 1.4 MB)</a></p>
    </div>
  </section>`;
}
