import type { Reservation } from './types.ts';

/** What this browser remembers of a purchase, to colour the seats and to find the ticket again. */
export interface Owned {
  readonly id: string;
  /** The management token; a ticket that was remembered before there were tokens has none. */
  readonly token?: string;
  readonly showId: number;
  readonly seats: readonly number[];
}

const KEY = 'row-a:tickets';
const KEPT = 50;

/** For a browser without storage: until the page is loaded again. */
let inMemory: Owned[] = [];

export function owned(): Owned[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? JSON.stringify(inMemory)) as Owned[];
  } catch (error) {
    console.warn('remembered tickets cannot be read', error);
    return inMemory;
  }
}

/** The management token of a reservation that this browser knows. */
export function tokenOf(id: string): string | undefined {
  return owned().find((each) => each.id === id)?.token;
}

export function remember({ id, token, showId, seats }: Reservation): void {
  store([{ id, token, showId, seats }, ...owned().filter((other) => other.id !== id)]);
}

export function forget(id: string): void {
  store(owned().filter((other) => other.id !== id));
}

function store(tickets: readonly Owned[]): void {
  inMemory = tickets.slice(0, KEPT);
  try {
    localStorage.setItem(KEY, JSON.stringify(inMemory));
  } catch (error) {
    console.warn('the ticket cannot be remembered', error);
  }
}
