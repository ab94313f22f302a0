import type { Reservation } from './types.ts';

/** What this browser remembers of a purchase, to colour the seats and to find the ticket again. */
export interface Owned {
  readonly id: string;
  readonly showId: number;
  readonly seats: readonly number[];
}

const KEY = 'row-a:tickets';
const KEPT = 50;

export function owned(): Owned[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '[]') as Owned[];
  } catch (error) {
    // A browser without storage, or with something else in it, just forgets.
    console.warn('remembered tickets cannot be read', error);
    return [];
  }
}

export function remember({ id, showId, seats }: Reservation): void {
  store([{ id, showId, seats }, ...owned().filter((other) => other.id !== id)]);
}

export function forget(id: string): void {
  store(owned().filter((other) => other.id !== id));
}

function store(tickets: readonly Owned[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(tickets.slice(0, KEPT)));
  } catch (error) {
    console.warn('the ticket cannot be remembered', error);
  }
}
