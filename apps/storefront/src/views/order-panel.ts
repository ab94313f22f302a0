import { html, nothing } from 'lit-html';
import { plural, price } from '../page/format.ts';
import type { Attempt } from '../shop/attempt.ts';
import { type House, MOST_SEATS, totalCents } from '../shop/house.ts';
import type { Order } from '../shop/types.ts';

/** What the form asks for. */
export type Buyer = Pick<Order, 'name' | 'email' | 'ticket'>;

interface OrderPanel {
  readonly hall: House;
  readonly currency: string;
  /** Why the last order, or the last pick, did not work. */
  readonly complaint: string | null;
  /** It is not known whether these seats were bought. */
  readonly undecided: Attempt | null;
  readonly pick: (seat: number) => void;
  readonly buy: (buyer: Buyer) => Promise<void>;
  readonly askAgain: (attempt: Attempt) => void;
}

/** The picked seats, what they cost, and who buys them. */
export function orderPanel({ hall, currency, complaint, undecided, pick, buy, askAgain }: OrderPanel) {
  const total = price(totalCents(hall), currency);
  const count = hall.picked.length;

  const submitted = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    void buy({
      name: String(form.get('name')).trim(),
      email: String(form.get('email')).trim(),
      ticket: form.get('ticket') === 'box-office' ? 'box-office' : 'mail',
    });
  };

  return html`<section class="order" id="order" aria-label="Your order">
      <h2>Your seats</h2>
      ${count === 0 ? html`<p class="quiet">Pick up to ${MOST_SEATS} seats in the plan.</p>` : nothing}
      <ul class="picked">
        ${hall.picked.map((seat) => chip(hall, seat, currency, pick))}
      </ul>
      <div role="alert">
        ${hall.lost.length === 0 ? nothing : html`<p class="notice">${lost(hall)}</p>`}
        ${complaint === null ? nothing : html`<p class="notice">${complaint}</p>`}
        ${undecided === null || hall.buying ? nothing : notKnown(hall, undecided, askAgain)}
      </div>
      <form @submit=${submitted}>
        <label><span>Name</span><input name="name" autocomplete="name" required maxlength="100" /></label>
        <label
          ><span>Email</span
          ><input name="email" type="email" autocomplete="email" required maxlength="254"
        /></label>
        <fieldset class="choice">
          <legend>Your ticket</legend>
          <label><input type="radio" name="ticket" value="mail" checked /> by mail</label>
          <label><input type="radio" name="ticket" value="box-office" /> at the box office</label>
        </fieldset>
        <button class="button buy" ?disabled=${count === 0 || hall.buying || undecided !== null}>
          ${hall.buying ? 'Buying…' : count === 0 ? 'Buy' : `Buy ${plural(count, 'seat')} for ${total}`}
        </button>
      </form>
    </section>
    ${count === 0 ? nothing : bar(count, total)}`;
}

/** Nothing else of this show is bought before this is known. */
function notKnown(hall: House, attempt: Attempt, askAgain: (attempt: Attempt) => void) {
  const { seats } = attempt.order;
  return html`<p class="notice">
      We do not know yet whether you have ${seats.map((seat) => nameOf(seat, hall)).join(', ')}. Ask again: nothing is bought
      twice.
    </p>
    <button class="button" type="button" @click=${() => askAgain(attempt)}>Ask again</button>`;
}

function chip(hall: House, number: number, currency: string, pick: (seat: number) => void) {
  const seat = hall.seats.get(number);
  if (seat === undefined) return nothing;
  return html`<li>
    <span>Row <b>${seat.row}</b> seat <b>${seat.number}</b></span>
    <span>${price(seat.priceCents, currency)}</span>
    <button
      type="button"
      aria-label="Give back row ${seat.row} seat ${seat.number}"
      ?disabled=${hall.buying}
      @click=${() => pick(number)}
    >×</button>
  </li>`;
}

/** On a phone the order is below the plan: this line leads there. */
function bar(count: number, total: string) {
  const toOrder = (): void => document.getElementById('order')?.scrollIntoView({ behavior: 'smooth' });
  return html`<div class="bar">
    <span><b>${plural(count, 'seat')}</b> · ${total}</span>
    <button class="button" type="button" @click=${toOrder}>Continue</button>
  </div>`;
}

function lost(hall: House): string {
  return `Just sold to somebody else: ${hall.lost.map((seat) => nameOf(seat, hall)).join(', ')}.`;
}

function nameOf(number: number, { seats }: House): string {
  const seat = seats.get(number);
  return seat === undefined ? String(number) : `row ${seat.row} seat ${seat.number}`;
}
