import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../log.ts';
import { countRead } from '../metrics.ts';
import type { Dependency } from '../ports.ts';
import { breaker } from '../redis/breaker.ts';
import { Busy } from '../stores/busy.ts';
import type { Pool, Statement } from '../stores/pool.ts';
import { within } from '../within.ts';
import { ForeignShard } from './shard-identity.ts';
import { ShardUnavailable } from './shard-unavailable.ts';

/** A shard that takes longer hangs: its buyers hear of it, and those of the other shards never wait for it. */
const ANSWER_LIMIT_MS = 2000;

/** One shard as an app sees it: a pool of its own, and a breaker so that nobody waits for one that is gone. */
export interface Shard extends Dependency {
  readonly number: number;
  readonly pool: Pool;
  /**
   * First column of the first row. With `limitMs` the statement is cancelled after so long, and the shard does not count as
   * gone for it.
   *
   * @throws ShardUnavailable at once while it is known to be gone
   */
  text(statement: Statement, values: readonly unknown[], limitMs?: number): Promise<string | null>;
  /** Resolves when it was found ready, when it could not be reached, or after this many milliseconds. */
  tried(limitMs: number): Promise<void>;
  /** Resolves when it was found ready, or after this many milliseconds all the same. */
  ready(limitMs: number): Promise<void>;
}

/** `prepare` makes the database the shard, and costs one query when it is. It is tried again for as long as it rejects. */
export function shard(number: number, pool: Pool, prepare: () => Promise<void>): Shard {
  const { name } = pool;
  const told = (inUse: boolean) => log[inUse ? 'info' : 'warn']({ shard: name, inUse }, 'a shard');
  let unknown = true;
  /** Why the database must not be used, although it answers. */
  let foreign: ForeignShard | undefined;
  const first = tryAgain().finally(() => {
    unknown = false;
  });
  // The breaker tries again; whoever asks meanwhile hears of it.
  first.catch((error) => log.warn({ err: error, shard: name }, 'a shard is not there yet'));
  const gate = breaker(() => (unknown ? first : tryAgain()), told, 0);

  async function tryAgain(): Promise<void> {
    try {
      await prepare();
      foreign = undefined;
    } catch (error) {
      const found = error instanceof ForeignShard ? error : undefined;
      if (found !== undefined && foreign === undefined) log.error({ shard: name }, found.message);
      foreign = found;
      throw error;
    }
  }

  async function ready(limitMs: number): Promise<void> {
    const deadline = performance.now() + limitMs;
    while (!gate.closed && foreign === undefined && performance.now() < deadline) await sleep(10);
  }

  return {
    number,
    name,
    // Without it the others' shows are sold as ever.
    optional: true,
    pool,
    ready,
    async tried(limitMs) {
      const begun = performance.now();
      await Promise.race([first.catch(() => undefined), sleep(limitMs, undefined, { ref: false })]);
      // What the first attempt found counts from the next turn on.
      if (!unknown) await ready(Math.min(100, Math.max(0, limitMs - performance.now() + begun)));
    },
    async text(statement, values, limitMs) {
      // One that the map named only now: the first who need it wait for its first answer.
      if (unknown) await ready(ANSWER_LIMIT_MS);
      if (!gate.closed) throw new ShardUnavailable(name, foreign === undefined ? 'away' : 'foreign');
      try {
        const text = await within(
          ANSWER_LIMIT_MS,
          pool.text(statement, values, limitMs),
          `${name} does not answer`,
        );
        gate.succeeded();
        countRead(name);
        return text;
      } catch (error) {
        if (isBlank(error)) {
          gate.open();
          throw new ShardUnavailable(name, 'foreign');
        }
        if (!isGone(error)) throw error;
        if (isRefused(error)) gate.open();
        else gate.failed();
        throw new ShardUnavailable(name, 'away', error);
      }
    },
    async check() {
      if (!gate.closed) throw foreign ?? new Error(`${name} does not answer`);
    },
    async close() {
      gate.end();
      await pool.close();
    },
  };
}

/** Not what the database thinks of a statement, but that it is not there, or on its way out. */
function isGone(error: unknown): boolean {
  if (error instanceof Busy) return false;
  const { code, severity } = error as { code?: string; severity?: string };
  return severity === undefined || code?.startsWith('57P') === true;
}

/** The database has not got a shard's tables or functions: it was replaced by a blank one. */
function isBlank(error: unknown): boolean {
  return ['42P01', '42883'].includes((error as { code?: string }).code ?? '');
}

/** Nobody listens there. */
function isRefused(error: unknown): boolean {
  return ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH'].includes((error as { code?: string }).code ?? '');
}
