import pg from 'pg';
import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import type { Dependency } from '../ports.ts';
import { within } from '../within.ts';
import { refuseToQueue } from './busy.ts';
import { cancelledAtLimit } from './cancelled-at-limit.ts';

const STANDARD_PORT = '5432';
const CONNECT_LIMIT_MS = 3000;
/** The database gives up first, so that it does not go on with what nobody waits for. */
const STATEMENT_LIMIT_MS = 4000;
const QUERY_LIMIT_MS = 5000;
const CHECK_LIMIT_MS = 2000;
const CLOSE_LIMIT_MS = 2000;
/** Authentication (SCRAM) costs the database about 5 ms of CPU, so connections are kept for a while. */
const IDLE_LIMIT_MS = 60_000;

export const POSITION = {
  name: 'position',
  text: `select (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end)::text as position`,
};

/**
 * Two answers in one: is it the primary, and how far has it come. A primary's timeline is that of the file it writes
 * to, since its control file tells of a promotion only after the next checkpoint.
 */
const STATUS = {
  name: 'status',
  text: `
    select recovering,
      (case when recovering then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end)::text as position,
      case when recovering then greatest(control.timeline_id, (select received_tli from pg_stat_get_wal_receiver()))
        else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end as timeline,
      not recovering and current_setting('synchronous_standby_names') <> ''
        and current_setting('synchronous_commit') not in ('off', 'local')
        and not exists (
          select from pg_stat_get_wal_senders() where state = 'streaming' and sync_state <> 'async'
        ) as alone
    from (select pg_is_in_recovery() as recovering) asked, pg_control_checkpoint() control`,
};

/** What a database says of itself. */
export interface DatabaseStatus {
  /** A standby: it repeats what another one writes. */
  readonly recovering: boolean;
  /** How far it has written or, as a standby, replayed. */
  readonly position: string;
  /** Each promotion begins a new one; whoever is on an older one than another was left behind. */
  readonly timeline: number;
  /** It must have each commit confirmed by a standby, and none is there: a write would wait for one. */
  readonly alone: boolean;
}

/** A prepared statement: planned once per connection under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface PoolSize {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
  readonly refused: number;
}

export interface Pool extends Dependency {
  /**
   * First column of the first row, or null when there is no row (or it is null). With `limitMs` the statement is cancelled
   * at the database after so long. @throws Busy when too many wait.
   */
  text(statement: Statement, values: readonly unknown[], limitMs?: number): Promise<string | null>;
  /**
   * The database's position in the write-ahead log, `16/B374D848`: on a primary everything acknowledged until now lies
   * before it, a replica has replayed what lies before it. Asked on a connection of its own, within 2 s.
   */
  position(): Promise<string>;
  /** Its role and how far it is. On the same connection as `position`, within 2 s. */
  status(): Promise<DatabaseStatus>;
  /** Where it is, for whoever needs a connection of its own that lasts. */
  readonly url: string;
  /** For what is asked once: migrations, administration. All rows, as objects. */
  rows<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs `use` on one connection of its own, closed afterwards, without the pool's limit on a statement's time. */
  session<Result>(use: (client: pg.Client) => Promise<Result>): Promise<Result>;
  /** Connections: all, idle, requests that wait for one, and those that were refused because too many waited. */
  readonly size: PoolSize;
}

/** All pools of this process, for the metrics. */
export const pools = new Set<Pool>();

/**
 * A bounded pool of connections to one Postgres. It connects when first asked. Every wait has a limit: 3 s for a
 * connection (also in the queue), 4 s for a statement; beyond a number of waiting requests the next is refused.
 * `name`: what it is called in logs, metrics and answers.
 */
export function pool(
  url: string,
  env: Pick<Environment, 'poolSize' | 'boxName'>,
  name: string = nameOf(url),
): Pool {
  const connection = {
    connectionString: url,
    application_name: env.boxName,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    keepAlive: true,
  };
  const many = (max: number) => {
    const connections = new pg.Pool({
      ...connection,
      max,
      idleTimeoutMillis: IDLE_LIMIT_MS,
      statement_timeout: STATEMENT_LIMIT_MS,
      query_timeout: QUERY_LIMIT_MS,
    });
    // A connection that breaks while idle has nobody waiting for it; without a listener it would end the process.
    connections.on('error', (error) => log.warn({ err: error, database: name }, 'an idle connection broke'));
    return connections;
  };
  const connections = many(env.poolSize);
  // Whether the database is well must not wait behind the requests of a busy hour.
  const aside = many(1);
  let refused = 0;

  function refuseBeyondLimit(): void {
    try {
      refuseToQueue(name, env.poolSize, connections.waitingCount);
    } catch (error) {
      refused += 1;
      throw error;
    }
  }

  const self: Pool = {
    name,
    url,
    async text(statement, values, limitMs) {
      refuseBeyondLimit();
      const query = {
        name: statement.name,
        text: statement.text,
        values: values as unknown[],
        rowMode: 'array' as const,
      };
      const { rows } = await (limitMs === undefined
        ? connections.query(query)
        : cancelledAtLimit({ connections, aside, query, limitMs }));
      return (rows[0]?.[0] as string | null | undefined) ?? null;
    },
    async rows<Row>(text: string, values: readonly unknown[] = []) {
      const { rows } = await connections.query(text, values as unknown[]);
      return rows as Row[];
    },
    async session(use) {
      const client = new pg.Client(connection);
      client.on('error', (error) => log.warn({ err: error, database: name }, 'a session broke'));
      await client.connect();
      try {
        return await use(client);
      } finally {
        await client.end();
      }
    },
    async position() {
      const { rows } = await within(CHECK_LIMIT_MS, aside.query(POSITION), `${name} does not answer`);
      return (rows[0] as { position: string }).position;
    },
    async status() {
      const { rows } = await within(CHECK_LIMIT_MS, aside.query(STATUS), `${name} does not answer`);
      return rows[0] as DatabaseStatus;
    },
    async check() {
      await self.position();
    },
    async close() {
      pools.delete(self);
      const closed = Promise.all([connections.end(), aside.end()]);
      await within(CLOSE_LIMIT_MS, closed, `connections to ${name} are still in use`);
    },
    get size() {
      return {
        total: connections.totalCount,
        idle: connections.idleCount,
        waiting: connections.waitingCount,
        refused,
      };
    },
  };
  pools.add(self);
  return self;
}

function nameOf(url: string): string {
  const { host, hostname, port } = new URL(url);
  return port === STANDARD_PORT ? hostname : host;
}
