import { type Outcome, outcomeOf } from './outcome.ts';

/** A purchase or a cancellation as it was sent. */
export interface Request {
  readonly op: 'reserve' | 'cancel';
  /** Only a purchase has one. */
  readonly key?: string;
  readonly showId?: number;
  readonly seats?: readonly number[];
  readonly ticket?: 'mail' | 'box-office';
  /** The reservation that is to be cancelled. */
  readonly id?: string;
}

/** Its answer, as far as a history keeps it. `status`: 0 without one. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Of a sale: the ticket was not mailed yet. */
  readonly mailOwed?: boolean;
}

/** What a client learned from an answer. */
export interface Learned {
  readonly outcome: Outcome;
  readonly id: string | undefined;
  /** The reservation's management token. It is in no history: what a run writes opens nothing. */
  readonly token: string | undefined;
  readonly state: string | undefined;
  readonly problem: string | undefined;
}

/** When, and by which client. Milliseconds since 1970. */
export interface Occasion {
  readonly side: string;
  readonly process: string;
  readonly invokedAt: number;
  readonly completedAt: number;
}

/**
 * A sale whose answer names no reservation was cut short on its way: its buyer does not know what they have. The answers are
 * searched, which costs a fifth of parsing them.
 */
export function learn(request: Request, { status, body }: Answer): Learned {
  const text = typeof body === 'string' ? body : '';
  const isDone = status === 200 || status === 201;
  const id = request.id ?? (isDone ? after('"id":"', text) : undefined);
  const token = isDone ? after('"token":"', text) : undefined;
  const state = isDone ? after('"status":"', text) : undefined;
  const problem = status < 400 ? undefined : after('"type":"urn:tickets:problem:', text);
  const outcome = isDone && id === undefined ? 'unknown' : outcomeOf(status, problem);
  return { outcome, id, token, state, problem };
}

/**
 * An operation of the history, as apps/cli/src/history/operation.ts reads it, which fills in what is left out. Put together by
 * hand: an object that is made and then written takes k6 five times as long. Nothing in it needs escaping: names, keys and
 * ids are the scripts' and the shop's own.
 */
export function lineOf(request: Request, answer: Answer, learned: Learned, occasion: Occasion): string {
  const { op, key, showId, seats, ticket } = request;
  const { side, process, invokedAt, completedAt } = occasion;
  const { outcome, id, state, problem } = learned;
  const { status, mailOwed } = answer;
  const isAnswered = status !== 0;
  let line = `{"side":"${side}","process":"${process}","op":"${op}","invokedAt":${invokedAt},"completedAt":${isAnswered ? completedAt : 'null'},"outcome":"${outcome}","status":${isAnswered ? status : 'null'}`;
  if (key !== undefined) line += `,"key":"${key}","showId":${showId},"seats":[${seats}],"ticket":"${ticket}"`;
  if (id !== undefined) line += `,"id":"${id}"`;
  if (state !== undefined) line += `,"state":"${state}"`;
  if (problem !== undefined) line += `,"problem":"${problem}"`;
  if (status === 200 && op === 'reserve') line += ',"replayed":true';
  if (mailOwed === true) line += ',"mailOwed":true';
  return `${line}}`;
}

/** The text between these words and the next quotation mark. */
function after(words: string, text: string): string | undefined {
  const at = text.indexOf(words);
  if (at < 0) return undefined;
  const from = at + words.length;
  const to = text.indexOf('"', from);
  return to < 0 ? undefined : text.slice(from, to);
}
