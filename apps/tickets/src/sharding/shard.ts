import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../log.ts';
import { countRead } from '../metrics.ts';
import type { Dependency } from '../ports.ts';
import { breaker } from '../redis/breaker.ts';
import type { Pool, Statement } from '../stores/pool.ts';
import { within } from '../within.ts';
import { ShardUnavailable } from './shard-unavailable.ts';

/** A shard that takes longer hangs: its buyers hear of it, and those of the other shards never wait for it. */
const ANSWER_LIMIT_MS = 2000;

/** One shard as an app sees it: a pool of its own, and a breaker so that nobody waits for one that is gone. */
export interface Shard extends Dependency {
  readonly number: number;
  readonly pool: Pool;
  /** First column of the first row. @throws ShardUnavailable at once while it is known to be gone. */
  text(statement: Statement, values: readonly unknown[]): Promise<string | null>;
  /** Resolves when it was found ready, when it could not be reached, or after this many milliseconds. */
  tried(limitMs: number): Promise<void>;
  /** Resolves when it was found ready, or after this many milliseconds all the same. */
  ready(limitMs: number): Promise<void>;
}

/** `prepare` makes the database a shard, and costs one query when it is one. */
export function shard(number: number, pool: Pool, prepare: () => Promise<void>): Shard {
  const { name } = pool;
  const told = (inUse: boolean) => log[inUse ? 'info' : 'warn']({ shard: name, inUse }, 'a shard');
  let unknown = true;
  const first = prepare().finally(() => {
    unknown = false;
  });
  // The breaker tries again; whoever asks meanwhile hears of it.
  first.catch((error) => log.warn({ err: error, shard: name }, 'a shard is not there yet'));
  const gate = breaker(() => (unknown ? first : prepare()), told, 0);

  async function ready(limitMs: number): Promise<void> {
    const deadline = performance.now() + limitMs;
    while (!gate.closed && performance.now() < deadline) await sleep(10);
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
    async text(statement, values) {
      // One that the map named only now: the first who need it wait for its first answer.
      if (unknown) await ready(ANSWER_LIMIT_MS);
      if (!gate.closed) throw new ShardUnavailable(name, 'away');
      try {
        const text = await within(ANSWER_LIMIT_MS, pool.text(statement, values), `${name} does not answer`);
        gate.succeeded();
        countRead(name);
        return text;
      } catch (error) {
        if (!isGone(error)) throw error;
        if (isRefused(error)) gate.open();
        else gate.failed();
        throw new ShardUnavailable(name, 'away', error);
      }
    },
    async check() {
      if (!gate.closed) throw new Error('it does not answer');
    },
    async close() {
      gate.end();
      await pool.close();
    },
  };
}

/** Not what the database thinks of a statement, but that it is not there, or on its way out. */
function isGone(error: unknown): boolean {
  const { code, severity } = error as { code?: string; severity?: string };
  return severity === undefined || code?.startsWith('57P') === true;
}

/** Nobody listens there. */
function isRefused(error: unknown): boolean {
  return ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH'].includes((error as { code?: string }).code ?? '');
}
