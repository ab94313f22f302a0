import { setTimeout as sleep } from 'node:timers/promises';
import { environment } from '../environment.ts';
import { primaryAmong, type Server, servers } from '../failover/server.ts';
import { flushLog, log } from '../log.ts';
import { lsnNumber } from '../stores/lsn.ts';
import { type Pool, pools } from '../stores/pool.ts';

/** A copy that has not replayed everything by then is behind, and said so. */
const REPLAY_LIMIT_MS = 10_000;
const LOOK_MS = 50;
/** Sales go on while copies are compared: a difference must last. */
const TRIES = 3;
const MOST_NAMED = 20;

const DIGEST = `
select (select count(*)::int from reservations) as reservations,
  md5(concat(
    (select string_agg(concat_ws('/', id, status, seats), ',' order by id) from reservations),
    (select string_agg(concat_ws('/', show_id, seat, reservation_id), ',' order by show_id, seat) from reserved_seats)
  )) as digest`;
const ROWS = `
select concat_ws(' ', 'reservation', id, status) as row from reservations
union all select concat_ws(' ', 'seat', concat(show_id, '/', seat), 'of', reservation_id) from reserved_seats`;

interface Held {
  readonly reservations: number;
  readonly digest: string;
}

/** What one database holds against the primary. `behind`: it had not replayed all that the primary had when asked. */
interface Copy {
  readonly name: string;
  readonly state: 'primary' | 'same' | 'different' | 'behind' | 'silent';
  readonly reservations: number | null;
  /** Rows that only one of both has, in words; the first of them. */
  readonly differences: readonly string[];
}

/** Holds every copy of the shop's data against the primary's. */
async function compare(all: readonly Server[]): Promise<readonly Copy[]> {
  const primary = primaryAmong(all);
  if (primary === undefined) throw new Error('no database leads');
  return await Promise.all(all.map((one) => (one === primary ? own(one) : against(primary, one))));
}

async function own({ name, pool }: Server): Promise<Copy> {
  return { name, state: 'primary', reservations: (await held(pool)).reservations, differences: [] };
}

async function against(primary: Server, { name, pool, status }: Server): Promise<Copy> {
  if (status === null) return { name, state: 'silent', reservations: null, differences: [] };
  for (let left = TRIES; ; left -= 1) {
    const caughtUp = await replays(pool, await primary.pool.position());
    const [there, here] = await Promise.all([held(primary.pool), held(pool)]);
    const { reservations } = here;
    if (there.digest === here.digest) return { name, state: 'same', reservations, differences: [] };
    if (left > 1) continue;
    const differences = await differing(primary, { name, pool });
    return { name, state: caughtUp ? 'different' : 'behind', reservations, differences };
  }
}

async function held(pool: Pool): Promise<Held> {
  const [row] = await pool.rows<Held>(DIGEST);
  if (row === undefined) throw new Error(`${pool.name} does not say what it holds`);
  return row;
}

async function replays(pool: Pool, position: string): Promise<boolean> {
  const deadline = performance.now() + REPLAY_LIMIT_MS;
  while (lsnNumber(await pool.position()) < lsnNumber(position)) {
    if (performance.now() > deadline) return false;
    await sleep(LOOK_MS);
  }
  return true;
}

async function differing(
  primary: Pick<Server, 'name' | 'pool'>,
  copy: Pick<Server, 'name' | 'pool'>,
): Promise<string[]> {
  const [there, here] = await Promise.all(
    [primary, copy].map(
      async ({ pool }) => new Set((await pool.rows<{ row: string }>(ROWS)).map(({ row }) => row)),
    ),
  );
  const only = (one: Set<string>, other: Set<string>, name: string) =>
    [...one].filter((row) => !other.has(row)).map((row) => `only ${name} has ${row}`);
  if (there === undefined || here === undefined) return [];
  return [...only(there, here, primary.name), ...only(here, there, copy.name)].slice(0, MOST_NAMED);
}

try {
  const env = await environment();
  // Standard output is for the result alone.
  log.level = 'silent';
  const copies = await compare(await servers(env));
  process.stdout.write(`${JSON.stringify({ copies })}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// A server that hangs keeps its connections: they may hold nobody up.
await Promise.allSettled([...pools].map((pool) => pool.close()));
flushLog();
process.exit();
