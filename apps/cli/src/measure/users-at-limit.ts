import { COMPARE_SATURATED } from './validity.ts';

/** Above it requests wait too long: what is measured is the length of the queue. */
export const P95_LIMIT_MS = 200;
/** Users whose waiting keeps a box busy without a long queue: its capacity × this many seconds. */
const SECONDS_OF_WORK = 0.06;
/** Below this share of the limit there is room for more users, and a box with more to do at a time wastes less. */
const ROOM = 0.6;
/** From this share of its quota on a box lacks a few users only. */
const NEARLY = 0.93;
const A_FEW = 1.1;
const MANY = 1.3;
const FEWER = 0.88;

/** A closed loop with so many users: what came of it. */
export interface Reached {
  readonly users: number;
  readonly rps: number;
  readonly p95Ms: number;
  /** Of its quota, used by the fullest box. */
  readonly share: number;
}

/** How many users bring a stage to its limit that answers so many requests per second there. */
export function usersFor(rps: number): number {
  return Math.max(2, Math.ceil(rps * SECONDS_OF_WORK));
}

/**
 * The users for the next run: more where the fullest box had time left, fewer where requests queued too long. Where both are
 * so, the machine was busy with something else, and another number would not help.
 */
export function betterUsers({ users, rps, p95Ms, share }: Reached): number {
  const saturated = share >= COMPARE_SATURATED;
  if (p95Ms > P95_LIMIT_MS)
    return saturated ? Math.max(2, Math.min(users - 1, Math.round(users * FEWER))) : users;
  if (!saturated) return Math.max(usersFor(rps), Math.ceil(users * (share < NEARLY ? MANY : A_FEW)));
  return p95Ms < ROOM * P95_LIMIT_MS ? Math.max(users, usersFor(rps)) : users;
}
