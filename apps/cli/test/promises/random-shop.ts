import { type Operation, operation } from '../../src/history/operation.ts';
import { mulberry32 } from '../../src/measure/bootstrap.ts';
import type { FinalState, HeldReservation } from '../../src/promises/final-state.ts';

/** What can be planted into the shop. */
export const BUGS = [
  'loses a sale',
  'sells a seat twice',
  'forgets keys',
  'does not free seats',
  'frees seats of others',
  'takes cancellations back',
  'shows old maps',
  'ignores tokens',
  'refuses free seats',
  'refuses what it sells',
] as const;
export type Bug = (typeof BUGS)[number];

/** How old a seat map of the shop without bugs may be. */
export const BOUND_MS = 200;
const SEATS = 12;
const CLIENTS = 6;

/** The seats that are sold from a moment on. */
interface Change {
  readonly at: number;
  readonly sold: number[];
}
interface Request {
  readonly op: Operation['op'];
  readonly key: string | null;
  readonly id: string | null;
  readonly seats: number[];
  readonly after: string | null;
}

/**
 * Clients who buy, cancel, look and ask again, in one shop of a few seats, in simulated time. Every request is done at some
 * moment between its sending and its answer; one whose answer is lost may be done later, or never.
 */
export function randomShop(
  seed: number,
  operations: number,
  bug?: Bug,
): { history: Operation[]; state: FinalState } {
  const random = mulberry32(seed);
  const pick = (below: number): number => Math.floor(random() * below);
  const history: Operation[] = [];
  const shop = shopWith(random, bug);
  const events: { at: number; run: () => void }[] = [];
  const schedule = (at: number, run: () => void): void => {
    const place = events.findIndex((event) => event.at > at);
    events.splice(place < 0 ? events.length : place, 0, { at, run });
  };
  const client = (process: string) => {
    let open: Request | null = null;
    let last: Request | null = null;
    let token: string | null = null;
    const own: string[] = [];
    let count = 0;
    const next = (): Request => {
      if (open !== null && random() < 0.7) return open;
      if (last !== null && random() < 0.1) return last;
      const id = own[pick(own.length)] ?? null;
      const luck = random();
      const nothing = { key: null, id: null, seats: [], after: null };
      if (luck < 0.35) return { ...nothing, op: 'seat-map', after: random() < 0.5 ? token : null };
      if (luck < 0.45 && id !== null) return { ...nothing, op: 'find', id, after: token };
      if (luck < 0.7 && id !== null) return { ...nothing, op: 'cancel', id };
      count += 1;
      const first = 1 + pick(SEATS - 1);
      return { ...nothing, op: 'reserve', key: `${process}-${count}`, seats: [first, first + 1] };
    };
    const think = (from: number): void => {
      const now = from + random() * 30;
      schedule(now, () => invoke(now));
    };
    const invoke = (now: number): void => {
      if (history.length >= operations) return;
      const request = next();
      const done = now + random() * 20;
      const answered = done + random() * 20;
      const lost = request.op !== 'find' && request.op !== 'seat-map' && random() < 0.15;
      const line = { process, ...request, showId: 1, invokedAt: Math.floor(now) };
      if (!lost) {
        schedule(done, () => {
          const answer = shop.answer(request, done);
          schedule(answered, () => {
            history.push(operation.parse({ ...line, ...answer, completedAt: Math.floor(answered) }));
            open = null;
            if (request.op === 'reserve') last = request;
            if (answer.outcome === 'ok' && typeof answer.position === 'string') token = answer.position;
            if (request.op === 'reserve' && answer.outcome === 'ok' && answer.id != null) own.push(answer.id);
            think(answered);
          });
        });
        return;
      }
      const late = done + (random() < 0.5 ? 0 : random() * 300);
      if (random() < 0.7) schedule(late, () => shop.answer(request, late));
      schedule(answered, () => {
        history.push(operation.parse({ ...line, outcome: 'unknown', status: null, completedAt: null }));
        open = request;
        think(answered);
      });
    };
    think(1_000_000);
  };
  for (let index = 1; index <= CLIENTS; index += 1) client(`client-${index}`);
  for (let event = events.shift(); event !== undefined; event = events.shift()) event.run();
  return { history, state: shop.finalState() };
}

function shopWith(random: () => number, bug: Bug | undefined) {
  const reservations = new Map<string, HeldReservation>();
  const keys = new Map<string, string | null>();
  const owners = new Map<number, string>();
  const changes: Change[] = [];
  let position = 0;
  const hits = (one: Bug): boolean => bug === one && random() < 0.2;
  const change = (at: number, seat: number, owner: string | null): void => {
    if (owner === null) owners.delete(seat);
    else owners.set(seat, owner);
    changes.push({ at, sold: [...owners.keys()] });
  };

  function reserve(key: string, seats: number[], at: number): Partial<Operation> {
    const known = keys.get(key);
    if (known !== undefined && !hits('forgets keys')) {
      const { id, status } = reservations.get(known ?? '') ?? {};
      if (id === undefined) return { outcome: 'refused', status: 409, problem: 'seats-taken' };
      return {
        outcome: 'ok',
        status: 200,
        id,
        state: status ?? null,
        replayed: true,
        position: String(position),
      };
    }
    const free = seats.every((seat) => !owners.has(seat));
    if ((!free && !hits('sells a seat twice')) || hits('refuses free seats')) {
      keys.set(key, null);
      return { outcome: 'refused', status: 409, problem: 'seats-taken' };
    }
    const id = `r${reservations.size + 1}`;
    const held: HeldReservation = {
      id,
      showId: 1,
      seats,
      status: 'confirmed',
      email: '',
      ticket: 'box-office',
      idempotencyKey: key,
    };
    keys.set(key, id);
    reservations.set(id, held);
    for (const seat of seats) change(at, seat, id);
    position += 1;
    if (hits('refuses what it sells')) return { outcome: 'refused', status: 503, problem: 'unavailable' };
    return { outcome: 'ok', status: 201, id, state: 'confirmed', position: String(position) };
  }

  function cancel(id: string, at: number): Partial<Operation> {
    const held = reservations.get(id);
    if (held === undefined) return { outcome: 'refused', status: 404, problem: 'not-found' };
    if (held.status === 'confirmed') {
      if (!hits('takes cancellations back')) reservations.set(id, { ...held, status: 'cancelled' });
      if (!hits('does not free seats'))
        for (const seat of held.seats) if (owners.get(seat) === id) change(at, seat, null);
      if (hits('frees seats of others')) change(at, 1 + Math.floor(random() * SEATS), null);
      position += 1;
    }
    return { outcome: 'ok', status: 200, id, state: 'cancelled', position: String(position) };
  }

  function map(after: string | null, at: number): Partial<Operation> {
    const age = after === null || hits('ignores tokens') ? random() * BOUND_MS : 0;
    const seen = at - (hits('shows old maps') ? BOUND_MS * 5 : age);
    const seats = changes.findLast((one) => one.at <= seen)?.sold ?? [];
    return { outcome: 'ok', status: 200, seats };
  }

  return {
    answer({ op, key, id, seats, after }: Request, at: number): Partial<Operation> {
      if (op === 'reserve') return reserve(key ?? '', seats, at);
      if (op === 'cancel') return cancel(id ?? '', at);
      if (op === 'seat-map') return map(after, at);
      return { outcome: 'ok', status: 200, id, state: reservations.get(id ?? '')?.status ?? null };
    },
    finalState(): FinalState {
      const gone = bug === 'loses a sale' ? [...reservations.keys()][reservations.size >> 1] : undefined;
      const seatsSold = [...owners].map(([seat, reservationId]) => ({ showId: 1, seat, reservationId }));
      return {
        reservations: [...reservations.values()].filter(({ id }) => id !== gone),
        seatsSold: seatsSold.filter(({ reservationId }) => reservationId !== gone),
      };
    },
  };
}
