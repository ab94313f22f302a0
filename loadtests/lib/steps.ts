import http, { type RefinedResponse, type ResponseType } from 'k6/http';
import { ownUnknowns } from './ask-again.ts';
import { note } from './history.ts';
import type { Request } from './line.ts';
import { spread } from './mix.ts';
import { REQUEST_TIMEOUT_SECONDS } from './options.ts';
import type { Outcome } from './outcome.ts';
import { type Action, record, recordPurchase, type Verdict } from './record.ts';
import { seatsOf, type Wanted } from './seats.ts';
import { settings } from './settings.ts';
import type { Shop } from './shop.ts';

/** One iteration of a script: whose shop, and where it stands in the run. */
export interface Visit {
  readonly url: string;
  readonly shop: Shop;
  readonly seatOffset: number;
  /** Counts all iterations of this side. */
  readonly iteration: number;
  /** Counts the iterations of this side that had the same step. */
  readonly ordinal: number;
}

export type Step = (visit: Visit) => void;

type Answer = RefinedResponse<ResponseType | undefined>;

/** Every answer's status and type are checked; every eighth body is read and looked at as well. */
const LOOK_EVERY = 8;
const TIMEOUT_MS = REQUEST_TIMEOUT_SECONDS * 1000;
const ASKED = {
  timeout: TIMEOUT_MS,
  // As browsers do.
  headers: { 'Accept-Encoding': 'gzip' },
};
const UNREAD = { ...ASKED, responseType: 'none' as const };
const READ = { ...ASKED, responseType: 'text' as const };

interface Expected {
  readonly type: string;
  /** At least this long. */
  readonly bytes?: number;
  readonly shape?: Shape;
}

/**
 * How a body begins and ends, and what is in it, in this order. A regular expression over a seat map took 40 % of all
 * the CPU that k6 used, and so from the boxes that are measured.
 */
interface Shape {
  readonly starts: string;
  readonly holds: readonly string[];
  readonly ends: string;
}

function fits(body: string, { starts, holds, ends }: Shape): boolean {
  let at = 0;
  for (const part of holds) {
    at = body.indexOf(part, at);
    if (at < 0) return false;
  }
  return body.startsWith(starts) && body.trimEnd().endsWith(ends);
}

function judge(answer: Answer, status: number, expected: Expected): Verdict {
  const got = answer.status;
  if (got === 0) return 'transport';
  if (got !== status) return 'status';
  if (!(answer.headers['Content-Type'] ?? '').startsWith(expected.type)) return 'shape';
  const { body } = answer;
  if (typeof body !== 'string') return 'right';
  if (body.length < (expected.bytes ?? 0)) return 'shape';
  return expected.shape === undefined || fits(body, expected.shape) ? 'right' : 'shape';
}

function get(visit: Visit, action: Action, path: string, expected: Expected): Answer {
  const look = expected.shape !== undefined && visit.ordinal % LOOK_EVERY === 0;
  const sentAt = Date.now();
  const answer = http.get(`${visit.url}${path}`, look ? READ : UNREAD);
  record(action, answer, judge(answer, 200, expected), sentAt);
  return answer;
}

function showId(visit: Visit): number {
  return visit.shop.showIds[spread(visit.iteration, visit.shop.showIds.length)] ?? 1;
}

const JSON_TYPE = 'application/json';

export const list: Step = (visit) =>
  get(visit, 'list', '/shows', {
    type: JSON_TYPE,
    bytes: 200,
    shape: { starts: '[{', holds: ['"poster"'], ends: '}]' },
  });

export const show: Step = (visit) =>
  get(visit, 'show', `/shows/${showId(visit)}`, {
    type: JSON_TYPE,
    bytes: 100,
    shape: { starts: '{', holds: ['"title"'], ends: '}' },
  });

/** A show's map of 500 seats. */
export const seatMap: Step = (visit) =>
  get(visit, 'seats', `/shows/${showId(visit)}/seats`, {
    type: JSON_TYPE,
    bytes: 5000,
    shape: { starts: '{', holds: ['"seats"'], ends: ']}' },
  });

export const page: Step = (visit) =>
  get(visit, 'page', '/', {
    type: 'text/html',
    bytes: 100,
    shape: { starts: '<!doctype html>', holds: [], ends: '</html>' },
  });

export const script: Step = (visit) => get(visit, 'script', visit.shop.script, { type: 'text/javascript' });

export const poster: Step = (visit) => {
  const { posters } = visit.shop;
  get(visit, 'poster', posters[spread(visit.iteration, posters.length)] ?? '/', { type: 'image/' });
};

/** How the buyer wants the ticket: mailed, or collected at the box office, for which the shop draws none. */
type TicketBy = 'mail' | 'box-office';

interface Purchase {
  readonly key: string;
  readonly wanted: Wanted;
  readonly ticket: TicketBy;
}

/** The purchase that is this visit's own: seats nobody else asks for. */
export function ownPurchase(visit: Visit, ticket: TicketBy, size?: number): Purchase {
  recordPurchase();
  return {
    key: `${settings.run}-${__ENV.SIDE ?? ''}-${visit.ordinal}`,
    wanted: seatsOf(visit.ordinal, visit.seatOffset, visit.shop.showIds.length, size),
    ticket,
  };
}

/** The request of a purchase, for `http.request` or, where buyers race, `http.batch`. */
export function purchaseRequest(visit: Visit, { key, wanted, ticket }: Purchase) {
  const body = JSON.stringify({
    showId: visit.shop.showIds[wanted.show],
    seats: wanted.seats,
    name: 'Ada Load',
    email: 'ada@example.com',
    ticket,
  });
  const params = {
    headers: { 'Content-Type': JSON_TYPE, 'Idempotency-Key': key },
    responseType: 'text' as const,
    timeout: TIMEOUT_MS,
  };
  return { method: 'POST' as const, url: `${visit.url}/reservations`, body, params };
}

const RESERVATION = {
  mail: { type: JSON_TYPE, shape: { starts: '{', holds: ['"id"', '"token"', '"ticket":"mail"'], ends: '}' } },
  'box-office': {
    type: JSON_TYPE,
    shape: { starts: '{', holds: ['"id"', '"token"', '"ticket":"box-office"'], ends: '}' },
  },
} satisfies Record<TicketBy, Expected>;
const PROBLEM: Expected = { type: 'application/problem+json' };

/** An answer to a purchase, and when that was sent. Milliseconds since 1970. */
interface Sent {
  readonly answer: Answer;
  readonly sentAt: number;
}

export function send(visit: Visit, purchase: Purchase): Sent {
  const { method, url, body, params } = purchaseRequest(visit, purchase);
  const sentAt = Date.now();
  return { answer: http.request(method, url, body, params), sentAt };
}

/** What a buyer needs to cancel. */
interface Bought {
  readonly id: string;
  readonly token: string;
}

/**
 * Counts a purchase's answer against the status it should have, and writes down what the buyer learned; the reservation if
 * it was sold. An unknown outcome is asked for again later. `client` tells two apart that buy at the same moment.
 */
export function settle(
  visit: Visit,
  purchase: Purchase,
  { answer, sentAt }: Sent,
  status: 201 | 200 | 409,
  client?: string,
): Bought | null {
  const sold = purchase.ticket === 'mail' ? 'buy' : 'reserve';
  const action = status === 201 ? sold : status === 200 ? 'replay' : 'refused';
  const expected = status === 409 ? PROBLEM : RESERVATION[purchase.ticket];
  record(action, answer, judge(answer, status, expected), sentAt);
  const request: Request = {
    op: 'reserve',
    key: purchase.key,
    showId: visit.shop.showIds[purchase.wanted.show] ?? 0,
    seats: purchase.wanted.seats,
    ticket: purchase.ticket,
  };
  const mailOwed = isOwed(answer, purchase);
  const { status: came, body } = answer;
  const { outcome, id, token } = note(request, { status: came, body, mailOwed }, sentAt, client);
  if (outcome === 'unknown' || mailOwed)
    ownUnknowns.add(() => {
      const again = send(visit, purchase);
      const owed = isOwed(again.answer, purchase);
      const { status: now, body: text } = again.answer;
      const learned = note(request, { status: now, body: text, mailOwed: owed }, again.sentAt);
      return !owed && isDecided(learned.outcome, now);
    });
  return outcome === 'ok' && id !== undefined && token !== undefined ? { id, token } : null;
}

/** Whether a sold ticket was not mailed yet. Headers are brought over only where they can say so. */
function isOwed({ status, headers }: Answer, { ticket }: Purchase): boolean {
  return ticket === 'mail' && (status === 200 || status === 201) && headers['X-Ticket-Mail'] === 'owed';
}

/** Whether a repeated request need not be sent again. A 503 says only that this try did nothing. */
function isDecided(outcome: Outcome, status: number): boolean {
  return outcome === 'ok' || (outcome === 'refused' && status < 500);
}

function purchaseStep(ticket: TicketBy, size?: number): Step {
  return (visit) => {
    const purchase = ownPurchase(visit, ticket, size);
    settle(visit, purchase, send(visit, purchase), 201);
  };
}

/** Reserves this visit's own seats; the ticket is collected at the box office. */
export const reserve: Step = purchaseStep('box-office');

/** Reserves four seats: a family, or two couples. */
export const reserveFour: Step = purchaseStep('box-office', 4);

/** Buys this visit's own seats; the shop draws the ticket and mails it. */
export const buy: Step = purchaseStep('mail');

/** Gives a reservation back. An unknown outcome is asked for again later: cancelling twice does no harm. */
export function cancel(visit: Visit, { id, token }: Bought): void {
  const ask = (): Sent => {
    const sentAt = Date.now();
    const params = {
      headers: { Authorization: `Bearer ${token}` },
      timeout: TIMEOUT_MS,
      responseType: 'text' as const,
    };
    return { answer: http.del(`${visit.url}/reservations/${id}`, null, params), sentAt };
  };
  const { answer, sentAt } = ask();
  const verdict = answer.status === 0 ? 'transport' : answer.status < 300 ? 'right' : 'status';
  record('cancel', answer, verdict, sentAt);
  const request: Request = { op: 'cancel', id };
  if (note(request, answer, sentAt).outcome !== 'unknown') return;
  ownUnknowns.add(() => {
    const again = ask();
    return isDecided(note(request, again.answer, again.sentAt).outcome, again.answer.status);
  });
}
