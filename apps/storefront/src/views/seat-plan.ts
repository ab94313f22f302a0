import { html, nothing } from 'lit-html';
import { price } from '../page/format.ts';
import { priceBands } from '../shop/bands.ts';
import { type House, type SeatState, stateOf } from '../shop/house.ts';
import type { Seat } from '../shop/types.ts';
import { walk } from './walk.ts';
import type { Zoom } from './zoom.ts';

interface SeatPlan {
  readonly hall: House;
  readonly currency: string;
  /** Whether the stream of changes is open. */
  readonly live: boolean;
  readonly zoom: Zoom;
  readonly pick: (seat: number) => void;
}

/** Seats after which an aisle begins. */
const AISLES = [8, 17];

const SAID: Readonly<Record<SeatState, string>> = {
  free: 'free',
  picked: 'picked by you',
  sold: 'sold',
  mine: 'yours',
};

/** The hall from above: 500 buttons, of which one is in the tab order and the arrow keys lead to the others. */
export function seatPlan({ hall, currency, live, zoom, pick }: SeatPlan) {
  const bands = priceBands(hall.seats.values());
  const rows = Map.groupBy(hall.seats.values(), (seat) => seat.row);
  const free = [...hall.seats.values()].filter((seat) => !seat.sold).length;
  const news = new Set(hall.news.flatMap((change) => change.seats));
  const entry = hall.picked.at(-1) ?? 1;

  const clicked = (event: MouseEvent): void => {
    const seat = (event.target as Element).closest<HTMLElement>('[data-seat]');
    if (seat === null || zoom.zoomedInInstead(event)) return;
    pick(Number(seat.dataset.seat));
  };

  const seatButton = (seat: Seat) => {
    const state = stateOf(hall, seat);
    const band = bands.indexOf(seat.priceCents);
    const label = `Row ${seat.row} seat ${seat.number}, ${price(seat.priceCents, currency)}, ${SAID[state]}`;
    return html`<button
      type="button"
      class="seat ${AISLES.includes(seat.number - 1) ? 'aisle' : ''} ${news.has(seat.seat) ? 'news' : ''}"
      style="--n:${seat.number}"
      data-seat=${seat.seat}
      data-state=${state}
      data-band=${band}
      tabindex=${seat.seat === entry ? 0 : -1}
      aria-label=${label}
      aria-pressed=${state === 'picked' ? 'true' : 'false'}
      aria-disabled=${seat.sold ? 'true' : nothing}
      title=${label}
    >${seat.number}</button>`;
  };

  return html`<section class="plan" aria-label="Seat plan">
    <header>
      <p class="left"><b data-testid="free">${free}</b> of ${hall.seats.size} seats free</p>
      <p class="live" data-live=${live} role="status">${live ? 'Live' : 'Reconnecting…'}</p>
      <div class="zoom" role="group" aria-label="Zoom">
        <button type="button" aria-label="Smaller" ?disabled=${zoom.smallest()} @click=${() => zoom.by(1 / 1.4)}>−</button>
        <button type="button" aria-label="Larger" ?disabled=${zoom.largest()} @click=${() => zoom.by(1.4)}>+</button>
      </div>
    </header>
    <div class="hall" ${zoom.attach()}>
      <div class="floor" ?data-whole=${zoom.smallest()} style="--zoom:${zoom.factor()}" @click=${clicked} @keydown=${walk}>
        <div class="stage" aria-hidden="true">Stage</div>
        ${[...rows].map(
          ([name, seats]) => html`<div class="row" role="group" aria-label="Row ${name}">
            <span class="row-name" aria-hidden="true">${name}</span>${seats.map(seatButton)}<span class="row-name" aria-hidden="true">${name}</span>
          </div>`,
        )}
      </div>
    </div>
    ${zoom.smallest() ? html`<p class="hint">Tap the plan to enlarge it.</p>` : nothing} ${legend(bands, currency)}
  </section>`;
}

function legend(bands: readonly number[], currency: string) {
  return html`<ul class="legend">
    ${bands.map((cents, band) => html`<li><i class="seat" data-state="free" data-band=${band}></i>${price(cents, currency)}</li>`)}
    <li><i class="seat" data-state="picked"></i>Picked</li>
    <li><i class="seat" data-state="sold"></i>Sold</li>
    <li><i class="seat" data-state="mine"></i>Yours</li>
  </ul>`;
}
