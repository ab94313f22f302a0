import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Pool } from '../stores/pool.ts';
import { BUCKETS, bucketOf } from './bucket.ts';
import { type Move, plan, unfinished } from './journal.ts';
import { moveBucket, type Step, undoMove } from './move-bucket.ts';
import { type PlannedMove, planMoves } from './plan-moves.ts';
import { readMap, type ShardMap } from './shard-map.ts';

/** Whoever moves buckets holds this lock: nobody else does meanwhile. */
const LOCK = 7_205_023;
const OUTBOX_LIMIT_MS = 60_000;

/** Where the moves take place. */
export interface Ground {
  readonly catalogue: Pool;
  /** The database of a shard, prepared. */
  shard(number: number): Promise<Pool>;
  readonly onStep?: (move: Move, step: Step) => void | Promise<void>;
}

export interface Resharding {
  /** Moves of an earlier run that were completed, or taken back. */
  readonly resumed: readonly Move[];
  readonly moved: readonly Move[];
  readonly undone: readonly Move[];
  readonly map: ShardMap;
}

/**
 * Spreads the shows evenly over shards 1 … `to`, after completing what an earlier run left. When it is done, the shards
 * from `to` + 1 to `there` hold nothing any more, so that they may go.
 *
 * @throws Error when one of them still holds something, whatever left it there.
 */
export async function reshard(ground: Ground, to: number, there: number): Promise<Resharding> {
  const done = await carryOut(ground, async () => {
    const map = await readMap(ground.catalogue);
    return planMoves(map.shardOf, await showsByBucket(ground.catalogue), to);
  });
  for (let number = to + 1; number <= there; number += 1) {
    const shard = await ground.shard(number);
    await outboxIsEmpty(shard, number);
    await refuseToDropRows(shard, number);
  }
  return done;
}

/** Rows of a bucket that the map has elsewhere would be copies, but nobody has compared them. */
async function refuseToDropRows(shard: Pool, number: number): Promise<void> {
  const [row] = await shard.rows<{ left: number }>(
    `select ((select count(*) from buckets) + (select count(*) from reservations)
       + (select count(*) from reserved_seats) + (select count(*) from idempotency))::int as left`,
  );
  if (row?.left !== 0) throw new Error(`shard ${number} still has ${row?.left} rows, so it must not go`);
}

/** Events of sales stay with the shard that sold, until the relay has published them. */
async function outboxIsEmpty(shard: Pool, number: number): Promise<void> {
  const deadline = performance.now() + OUTBOX_LIMIT_MS;
  for (;;) {
    const [row] = await shard.rows<{ waiting: number }>('select count(*)::int as waiting from outbox');
    if (row?.waiting === 0) return;
    if (performance.now() > deadline) {
      throw new Error(`${row?.waiting} events wait in the outbox of shard ${number}: it must not go yet`);
    }
    await sleep(200);
  }
}

/** Moves one bucket. */
export async function rebalance(ground: Ground, bucket: number, target: number): Promise<Resharding> {
  return await carryOut(ground, async () => {
    const source = (await readMap(ground.catalogue)).shardOf[bucket];
    if (source === undefined) throw new RangeError(`there is no bucket ${bucket}`);
    return source === target ? [] : [{ bucket, source, target }];
  });
}

/** Takes back what an earlier run left unfinished; what had passed the point of no return is completed. */
export async function undo(ground: Ground): Promise<Resharding> {
  return await alone(ground, async (context) => {
    const undone: Move[] = [];
    const resumed: Move[] = [];
    for (const move of await unfinished(ground.catalogue)) {
      if (await undoMove(context, move)) undone.push(move);
      else {
        await moveBucket(context, move);
        resumed.push(move);
      }
    }
    return { resumed: await asEnded(ground, resumed), moved: [], undone: await asEnded(ground, undone) };
  });
}

async function carryOut(ground: Ground, planned: () => Promise<PlannedMove[]>): Promise<Resharding> {
  return await alone(ground, async (context) => {
    const left = await unfinished(ground.catalogue);
    for (const move of left) await moveBucket(context, move);
    const moves = await plan(ground.catalogue, await planned());
    for (const move of moves) await moveBucket(context, move);
    return { resumed: await asEnded(ground, left), moved: await asEnded(ground, moves), undone: [] };
  });
}

type Context = Parameters<typeof moveBucket>[0];

/** Holds the lock, and a connection to each shard, while `work` is done. */
async function alone(
  { catalogue, shard, onStep = () => undefined }: Ground,
  work: (context: Context) => Promise<Omit<Resharding, 'map'>>,
): Promise<Resharding> {
  return await catalogue.session(async (guard) => {
    const { rows } = await guard.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [LOCK]);
    if (rows[0]?.mine !== true) throw new Error('buckets are being moved already');
    const sessions = keptSessions();
    try {
      const done = await work({
        catalogue,
        onStep,
        shard: async (number) => sessions.open(number, await shard(number)),
      });
      return { ...done, map: await readMap(catalogue) };
    } finally {
      await sessions.close();
    }
  });
}

/** Connections that last, one per shard. */
function keptSessions() {
  const clients = new Map<number, Client>();
  const sessions: Promise<unknown>[] = [];
  let end: () => void = () => undefined;
  const ending = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    async open(number: number, pool: Pool): Promise<Client> {
      const known = clients.get(number);
      if (known !== undefined) return known;
      return await new Promise<Client>((resolve, reject) => {
        const session = pool.session(async (client) => {
          clients.set(number, client);
          resolve(client);
          await ending;
        });
        session.catch(reject);
        sessions.push(session);
      });
    },
    async close(): Promise<void> {
      end();
      await Promise.allSettled(sessions);
    },
  };
}

/** The moves as the journal has them now. */
async function asEnded({ catalogue }: Ground, moves: readonly Move[]): Promise<Move[]> {
  return await catalogue.rows<Move>(
    `select number, bucket, source, target, state, frozen_ms as "frozenMs", rows_moved as rows
     from bucket_moves where number = any($1::bigint[]) order by number`,
    [moves.map((move) => move.number)],
  );
}

/** How many shows each bucket has. */
async function showsByBucket(catalogue: Pool): Promise<number[]> {
  const shows = await catalogue.rows<{ id: number }>('select id from shows');
  const counts = Array.from({ length: BUCKETS }, () => 0);
  for (const { id } of shows) counts[bucketOf(id)] = (counts[bucketOf(id)] ?? 0) + 1;
  return counts;
}
