import pg from 'pg';
import type { Environment } from '../environment.ts';
import { log } from '../log.ts';
import type { Dependency } from '../ports.ts';
import { within } from '../within.ts';

const STANDARD_PORT = '5432';
const CONNECT_LIMIT_MS = 3000;
/** The database gives up first, so that it does not go on with what nobody waits for. */
const STATEMENT_LIMIT_MS = 4000;
const QUERY_LIMIT_MS = 5000;
const CHECK_LIMIT_MS = 1000;
const CLOSE_LIMIT_MS = 2000;
/** Authentication (SCRAM) costs the database about 5 ms of CPU, so connections are kept for a while. */
const IDLE_LIMIT_MS = 60_000;

/** A prepared statement: planned once per connection under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface Pool extends Dependency {
  /** First column of the first row, or null when there is no row (or it is null). */
  text(statement: Statement, values: readonly unknown[]): Promise<string | null>;
  /** For what is asked once: migrations, administration. All rows, as objects. */
  rows<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs `use` on one connection of its own, closed afterwards, without the pool's limit on a statement's time. */
  session<Result>(use: (client: pg.Client) => Promise<Result>): Promise<Result>;
  /** Connections: all, idle, and requests that wait for one. */
  readonly size: { readonly total: number; readonly idle: number; readonly waiting: number };
}

/** All pools of this process, for the metrics. */
export const pools = new Set<Pool>();

/**
 * A bounded pool of connections to one Postgres. It connects when first asked. Every wait has a limit: 3 s for a
 * connection (also in the queue), 4 s for a statement.
 */
export function pool(url: string, env: Pick<Environment, 'poolSize' | 'boxName'>): Pool {
  const { host, hostname, port } = new URL(url);
  const name = port === STANDARD_PORT ? hostname : host;
  const connection = { connectionString: url, application_name: env.boxName };
  const connections = new pg.Pool({
    ...connection,
    max: env.poolSize,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    idleTimeoutMillis: IDLE_LIMIT_MS,
    statement_timeout: STATEMENT_LIMIT_MS,
    query_timeout: QUERY_LIMIT_MS,
    keepAlive: true,
  });
  // A connection that breaks while idle has nobody waiting for it; without a listener it would end the process.
  connections.on('error', (error) => log.warn({ err: error, database: name }, 'an idle connection broke'));

  const self: Pool = {
    name,
    async text(statement, values) {
      const { rows } = await connections.query({
        name: statement.name,
        text: statement.text,
        values: values as unknown[],
        rowMode: 'array',
      });
      return (rows[0]?.[0] as string | null | undefined) ?? null;
    },
    async rows<Row>(text: string, values: readonly unknown[] = []) {
      const { rows } = await connections.query(text, values as unknown[]);
      return rows as Row[];
    },
    async session(use) {
      const client = new pg.Client({ ...connection, connectionTimeoutMillis: CONNECT_LIMIT_MS });
      client.on('error', (error) => log.warn({ err: error, database: name }, 'a session broke'));
      await client.connect();
      try {
        return await use(client);
      } finally {
        await client.end();
      }
    },
    async check() {
      await within(CHECK_LIMIT_MS, connections.query('select 1'), `${name} does not answer`);
    },
    async close() {
      pools.delete(self);
      await within(CLOSE_LIMIT_MS, connections.end(), `connections to ${name} are still in use`);
    },
    get size() {
      return {
        total: connections.totalCount,
        idle: connections.idleCount,
        waiting: connections.waitingCount,
      };
    },
  };
  pools.add(self);
  return self;
}
