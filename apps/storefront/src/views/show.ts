import { html, nothing, render } from 'lit-html';
import { day, time } from '../page/format.ts';
import { type Attempt, attemptFor, isDecision } from '../shop/attempt.ts';
import * as client from '../shop/client.ts';
import * as house from '../shop/house.ts';
import { undecidedFor } from '../shop/kept-attempts.ts';
import { follow } from '../shop/live.ts';
import { owned, remember } from '../shop/mine.ts';
import { messageOf, Problem } from '../shop/problem.ts';
import { askForMails, carryOut } from '../shop/purchase.ts';
import type { Show } from '../shop/types.ts';
import { type Buyer, orderPanel } from './order-panel.ts';
import { seatPlan } from './seat-plan.ts';
import { zoomable } from './zoom.ts';

const STREAM_PATIENCE_MS = 1_500;
/** A part of the page that was missing is asked for again after this. */
const AGAIN_MS = 3_000;

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
    // Also one from before the page was loaded again.
    let undecided: Attempt | null = undecidedFor(id);
    let missing: readonly string[] = [];
    let selling = 0;
    let again: ReturnType<typeof setTimeout> | undefined;
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

    /** The whole page in one answer; what is missing of it comes later, or is done without. */
    async function load(): Promise<void> {
      try {
        const page = await client.showPage(id);
        show = page.show ?? show;
        if (page.seats !== null) hall = house.withMap(hall, page.seats, Date.now());
        selling = page.selling?.find(({ showId }) => showId === id)?.seats ?? 0;
        failure = null;
        if (show !== null) document.title = `${show.artist} · Row A`;
        missing = page.missing;
        if (show === null || hall.seats.size === 0) again = setTimeout(() => void load(), AGAIN_MS);
      } catch (error) {
        failure = messageOf(error);
        if (error instanceof Problem && error.status === 404) end();
      }
      update();
    }

    async function buy(buyer: Buyer): Promise<void> {
      const order = { showId: id, seats: hall.picked, ...buyer };
      await carryOn(attemptFor(order, undecided, () => crypto.randomUUID()));
    }

    async function carryOn(attempt: Attempt): Promise<void> {
      if (hall.buying) return;
      undecided = attempt;
      hall = house.withBuying(hall, true);
      complaint = null;
      update();
      try {
        const reservation = await carryOut(attempt, client.reserve, pause);
        remember(reservation);
        void askForMails(client.reserve, pause);
        if (!left) location.hash = `#/reservations/${reservation.id}`;
        return;
      } catch (error) {
        complaint = messageOf(error);
        if (isDecision(error)) undecided = null;
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
      if (hall.seats.size === 0) {
        if (show === null || !missing.includes('seats'))
          return html`<p class="message" role="status">Opening the hall…</p>`;
        return html`<div class="show">
          ${about(show, selling)}
          <p class="message" role="status">The box office does not answer at the moment. The seats will be here as soon as it does.</p>
        </div>`;
      }
      // Without a word about the show its seats can be bought all the same; prices then are in no currency's name (ISO 4217).
      const currency = show?.currency ?? 'XXX';
      return html`
        <div class="show">
          ${show === null ? nameless(id) : about(show, selling)} ${seatPlan({ hall, currency, live, zoom, pick })}
          ${orderPanel({ hall, currency, complaint, undecided, pick, buy, askAgain: (attempt) => void carryOn(attempt) })}
        </div>
      `;
    }

    function end(): void {
      clearTimeout(impatient);
      clearTimeout(again);
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

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

function nameless(id: number) {
  return html`<section class="about">
    <div>
      <h1>Show ${id}</h1>
      <p class="description">What is on cannot be told at the moment; the seats are the right ones.</p>
    </div>
  </section>`;
}

function about(show: Show, selling: number) {
  return html`<section class="about">
    <img src=${show.poster} alt="" width="600" height="900" />
    <div>
      <h1>${show.artist}</h1>
      <p class="title">${show.title}</p>
      ${selling > 0 ? html`<p class="fast">Selling fast: ${selling} seats in the last five minutes</p>` : nothing}
      <p class="when">${day(show.startsAt)}, ${time(show.startsAt)}<br />${show.venue}, ${show.city}</p>
      <p class="description">${show.description}</p>
      <p><a href="/brochures/v1/season.pdf" target="_blank" rel="noopener">The season’s brochure (PDF, 1.4 MB)</a></p>
    </div>
  </section>`;
}
