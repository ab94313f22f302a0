/** A request of the floor's, the n-th of its kind. */
export interface FloorRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface Route {
  readonly name: 'show' | 'seats' | 'buy';
  readonly label: string;
  /** Requests a second on each side: what one app box of 0.12 core can take, about. */
  readonly rate: number;
  readonly status: number;
  request(ordinal: number): FloorRequest;
}

const SHOWS = 40;
const PAIRS_PER_SHOW = 250;
/** Purchases until every seat is sold. */
export const INVENTORY = SHOWS * PAIRS_PER_SHOW;

const show = (ordinal: number) => (ordinal % SHOWS) + 1;

export const ROUTES: readonly Route[] = [
  {
    name: 'show',
    label: 'GET /shows/:id',
    rate: 300,
    status: 200,
    request: (ordinal) => ({ method: 'GET', path: `/shows/${show(ordinal)}` }),
  },
  {
    name: 'seats',
    label: 'GET /shows/:id/seats',
    rate: 150,
    status: 200,
    request: (ordinal) => ({ method: 'GET', path: `/shows/${show(ordinal)}/seats` }),
  },
  {
    name: 'buy',
    label: 'POST /reservations',
    rate: 150,
    status: 201,
    request: (ordinal) => {
      const first = Math.floor(ordinal / SHOWS) * 2 + 1;
      return {
        method: 'POST',
        path: '/reservations',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `floor-purchase-${ordinal}` },
        body: JSON.stringify({
          showId: show(ordinal),
          seats: [first, first + 1],
          name: 'Ada Floor',
          email: 'ada@example.com',
        }),
      };
    },
  },
];
