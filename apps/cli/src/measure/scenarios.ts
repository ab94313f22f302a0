import { Failure } from '../failure.ts';
import { suggestion } from '../nearest.ts';

export interface Scenario {
  readonly summary: string;
  /** Share of the iterations that buy: how fast the seats go. Held against the scripts by a test. */
  readonly purchases: number;
  /** Its buyers want their tickets by mail, so the shop draws and mails them. Held against the scripts by a test. */
  readonly mailsTickets: boolean;
  /** Seats of a purchase, where they are not two. Held against the scripts by a test. */
  readonly seats?: number;
  /** Shows that a comparison needs, where forty would be sold out within a run. */
  readonly shows?: number;
  /** Virtual users are people who think between two clicks, not connections that ask again at once. */
  readonly thinks?: boolean;
  /** Seconds of load until the code that serves it is compiled: rendering tickets takes longest. */
  readonly warmUpSeconds: number;
}

/** The scripts of `loadtests/`, by name. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  mixed: {
    summary: 'list 35, show 40, seat map 15, reserve 10',
    purchases: 0.1,
    mailsTickets: false,
    warmUpSeconds: 8,
  },
  sale: { summary: 'list 39, show 59, buy 2', purchases: 0.02, mailsTickets: true, warmUpSeconds: 14 },
  seats: { summary: 'seat map 96, reserve 4', purchases: 0.04, mailsTickets: false, warmUpSeconds: 14 },
  look: { summary: 'seat map only: nobody buys', purchases: 0, mailsTickets: false, warmUpSeconds: 8 },
  buy: {
    summary: 'purchases only, with rivals, latecomers and double clicks',
    purchases: 1,
    mailsTickets: true,
    warmUpSeconds: 13,
  },
  reserve: {
    summary: 'writes only: four seats each, collected at the box office',
    purchases: 1,
    mailsTickets: false,
    seats: 4,
    shows: 80,
    warmUpSeconds: 16,
  },
  cancel: {
    summary: 'seat map 50, reserve 50: every other buyer gives the seats back at once',
    purchases: 0.5,
    mailsTickets: false,
    warmUpSeconds: 14,
  },
  static: { summary: 'poster 70, script 15, show 15', purchases: 0, mailsTickets: false, warmUpSeconds: 8 },
  browse: {
    summary: 'what a person does, with time to think',
    purchases: 0.2,
    mailsTickets: true,
    thinks: true,
    warmUpSeconds: 8,
  },
};

/** @throws Failure naming the nearest scenario when there is none of that name. */
export function findScenario(name: string | undefined): Scenario & { readonly name: string } {
  const names = Object.keys(SCENARIOS);
  const found = name === undefined ? undefined : SCENARIOS[name];
  if (name !== undefined && found !== undefined) return { name, ...found };
  if (name === undefined) {
    throw new Failure('Which load? No scenario was named.', { next: `Scenarios: ${names.join(', ')}.` });
  }
  throw new Failure(`There is no scenario "${name}".`, { next: suggestion(name, names) });
}
