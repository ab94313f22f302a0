import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../environment.ts';
import type { Pool } from '../stores/pool.ts';
import { cut, isFollowedBy } from './follow.ts';
import { leaderAmong, type Server, servers } from './server.ts';

/** A standby that has just started, or lost its connection, streams within this. */
const STREAM_LIMIT_MS = 4000;
const LOOK_MS = 100;

/**
 * Names the databases that answer and receive nothing from the one that leads: they hung or were cut off during a failover,
 * and point to the former primary, or to a slot that is gone; or one considers itself the primary. They are to be copied
 * again, and receive nothing until then. Whether one could follow without that cannot be told: two promotions that did not
 * hear of each other give their timelines one number, and Postgres would go on from a log that is not the primary's.
 *
 * @param leader its name; where it does not lead, nobody is named
 */
export async function cutStrays(env: Environment, leader: string): Promise<string[]> {
  const all = await servers(env);
  const primary = leaderAmong(all, leader);
  if (primary === undefined) return [];
  const others = all.filter((one) => one !== primary && one.status !== null);
  const strays = await notFollowing(primary.pool, others);
  await Promise.all(strays.map(({ pool }) => cut(pool)));
  return strays.map(({ name }) => name);
}

async function notFollowing(primary: Pool, others: readonly Server[]): Promise<readonly Server[]> {
  const deadline = performance.now() + STREAM_LIMIT_MS;
  for (;;) {
    const streaming = await isFollowedBy(primary);
    const strays = others.filter(({ name }) => !streaming.includes(name));
    if (strays.length === 0 || performance.now() > deadline) return strays;
    await sleep(LOOK_MS);
  }
}
