import { randomBytes } from 'node:crypto';

const ACCEPTED = /^[\w.-]{1,64}$/;
const prefix = randomBytes(4).toString('hex');
let counter = 0;

/** The id that the edge gave the request, else a new one: unique over all boxes, and cheap. */
export function requestId(given: string | string[] | undefined): string {
  if (typeof given === 'string' && ACCEPTED.test(given)) return given;
  counter += 1;
  return `${prefix}-${counter.toString(36)}`;
}
