import type { Environment, Statement } from '@scaling/tickets';
import { log, within } from '@scaling/tickets/work';
import pg from 'pg';

const CONNECT_LIMIT_MS = 3000;
/** The database gives up first: on a lock that somebody holds, and on a statement. */
const LOCK_LIMIT_MS = 4000;
const STATEMENT_LIMIT_MS = 5000;
const QUERY_LIMIT_MS = 6000;

/** One connection of one's own, whose session locks are held for as long as it lives. */
export interface Session {
  /**
   * All rows, as objects. Rejects when the database does not answer, or broke the connection since: the locks are gone
   * then, and the next question opens a new session.
   */
  rows<Row>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>;
  /** Gives up the connection, and with it every lock. The next question opens another one. */
  drop(): Promise<void>;
}

export function session(url: string, env: Pick<Environment, 'boxName'>): Session {
  let current: Promise<pg.Client> | undefined;
  let broken: Error | undefined;

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: url,
      application_name: env.boxName,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      query_timeout: QUERY_LIMIT_MS,
      keepAlive: true,
      options: `-c lock_timeout=${LOCK_LIMIT_MS} -c statement_timeout=${STATEMENT_LIMIT_MS}`,
    });
    client.on('error', (error) => {
      log.warn({ err: error }, 'a session broke');
      broken = error;
    });
    await client.connect();
    return client;
  }

  async function drop(): Promise<void> {
    const dropped = current;
    current = undefined;
    broken = undefined;
    // It may be what is broken: then there is nothing to end.
    const client = await dropped?.catch(() => undefined);
    await within(CONNECT_LIMIT_MS, client?.end() ?? Promise.resolve(), 'a session does not end').catch(
      (error) => log.debug({ err: error }, 'a session was left'),
    );
  }

  return {
    drop,
    async rows<Row>(statement: Statement, values: readonly unknown[] = []) {
      current ??= connect();
      try {
        if (broken !== undefined) throw broken;
        const { rows } = await (await current).query({ ...statement, values: values as unknown[] });
        return rows as Row[];
      } catch (error) {
        await drop();
        throw error;
      }
    },
  };
}
