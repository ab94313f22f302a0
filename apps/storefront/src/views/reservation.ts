import { html, nothing, render } from 'lit-html';
import { day, price, time } from '../page/format.ts';
import * as client from '../shop/client.ts';
import { forget, remember, tokenOf } from '../shop/mine.ts';
import { messageOf } from '../shop/problem.ts';
import type { Reservation, Seat, Show, TicketBy } from '../shop/types.ts';

interface Ticket {
  readonly reservation: Reservation;
  readonly show: Show;
  readonly seats: readonly Seat[];
}

const HANDED_OVER: Readonly<Record<TicketBy, string>> = {
  mail: 'by mail',
  'box-office': 'at the box office, on the evening',
};

const NO_TOKEN =
  'This browser cannot open this reservation. Open the link in the mail that brought the ticket, or use the browser in which it was bought.';

/** The ticket of a reservation, to be printed or given back. `linked`: the management token, from the link of a mail. */
export function reservationView(id: string, linked?: string): (outlet: HTMLElement) => () => void {
  return (outlet) => {
    // The token does not stay where others see it, and where the browser remembers it.
    if (linked !== undefined) history.replaceState(null, '', `#/reservations/${id}`);
    const token = linked ?? tokenOf(id);
    document.title = 'Your ticket · Row A';
    let ticket: Ticket | null = null;
    let failure: string | null = null;
    let complaint: string | null = null;
    let asking = false;
    let left = false;

    const update = (): void => {
      if (!left) render(page(), outlet);
    };

    async function load(): Promise<void> {
      failure = token === undefined ? NO_TOKEN : null;
      if (token === undefined) return update();
      try {
        const reservation = await client.reservation(id, token);
        if (linked !== undefined && reservation.status === 'confirmed') remember(reservation);
        const [show, map] = await Promise.all([
          client.show(reservation.showId),
          client.seatMap(reservation.showId),
        ]);
        ticket = {
          reservation,
          show,
          seats: map.seats.filter((seat) => reservation.seats.includes(seat.seat)),
        };
      } catch (error) {
        failure = messageOf(error);
      }
      update();
    }

    async function giveBack(): Promise<void> {
      if (ticket === null || token === undefined) return;
      asking = false;
      try {
        ticket = { ...ticket, reservation: await client.cancel(id, token) };
        complaint = null;
        forget(id);
      } catch (error) {
        complaint = messageOf(error);
      }
      update();
    }

    async function print(): Promise<void> {
      if (token === undefined) return;
      try {
        save(await client.ticket(id, token), 'ticket.pdf');
        complaint = null;
      } catch (error) {
        complaint = messageOf(error);
      }
      update();
    }

    const ask = (wanted: boolean): void => {
      asking = wanted;
      update();
    };

    function page() {
      if (failure !== null) {
        return html`<div class="message" role="alert">
          <h1>No ticket to show</h1>
          <p>${failure}</p>
          <button class="button" @click=${() => void load()}>Try again</button>
        </div>`;
      }
      if (ticket === null) return html`<p class="message" role="status">Printing…</p>`;
      const valid = ticket.reservation.status === 'confirmed';
      return html`
        <h1 class="verdict">${valid ? 'Enjoy the evening!' : 'This order was cancelled.'}</h1>
        ${stub(ticket)}
        <div class="actions">
          ${valid ? html`<button class="button" @click=${() => void print()}>Save ticket (PDF)</button>` : nothing}
          ${valid ? cancelling() : nothing}
          <a href="#/shows/${ticket.show.id}">Back to the seats</a>
        </div>
        <div role="alert">${complaint === null ? nothing : html`<p class="notice">${complaint}</p>`}</div>
      `;
    }

    function cancelling() {
      if (!asking) return html`<button class="plain" @click=${() => ask(true)}>Cancel order…</button>`;
      return html`<span class="ask">
        Give the seats back?
        <button class="plain danger" @click=${() => void giveBack()}>Yes, cancel</button>
        <button class="plain" @click=${() => ask(false)}>Keep them</button>
      </span>`;
    }

    update();
    void load();
    return () => {
      left = true;
    };
  };
}

/** Has the browser save a file. */
function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function stub({ reservation, show, seats }: Ticket) {
  return html`<article class="ticket" data-status=${reservation.status}>
    <img src=${show.poster} alt="" width="600" height="900" />
    <div class="body">
      <h2>${show.artist}</h2>
      <p class="title">${show.title}</p>
      <dl>
        <div><dt>When</dt><dd>${day(show.startsAt)}, ${time(show.startsAt)}</dd></div>
        <div><dt>Where</dt><dd>${show.venue}, ${show.city}</dd></div>
        <div><dt>${seats.length === 1 ? 'Seat' : 'Seats'}</dt><dd class="seats">${seats.map((seat) => html`<b>${seat.row}${seat.number}</b>`)}</dd></div>
        <div><dt>Paid</dt><dd>${price(reservation.totalCents, show.currency)}</dd></div>
        <div><dt>Ticket</dt><dd>${HANDED_OVER[reservation.ticket]}</dd></div>
        <div><dt>For</dt><dd>${reservation.name}<br /><small>${reservation.email}</small></dd></div>
      </dl>
    </div>
  </article>`;
}
