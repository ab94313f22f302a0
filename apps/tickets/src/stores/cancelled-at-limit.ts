import type pg from 'pg';

export interface Limited {
  readonly connections: pg.Pool;
  /** Another connection to the same database, from which a statement can be cancelled. */
  readonly aside: pg.Pool;
  readonly query: pg.QueryArrayConfig;
  readonly limitMs: number;
}

const CANCEL = { name: 'cancel', text: 'select pg_cancel_backend($1)' };

/**
 * Runs a statement that is cancelled at the database when the limit is over, the wait for a connection included: what nobody
 * waits for any longer must not keep a small database busy.
 *
 * @throws what the database says of a cancelled statement (57014), or an Error when no connection was free in time
 */
export async function cancelledAtLimit({
  connections,
  aside,
  query,
  limitMs,
}: Limited): Promise<pg.QueryArrayResult> {
  const began = performance.now();
  const client = await connections.connect();
  const leftMs = limitMs - (performance.now() - began);
  let cancelling: Promise<unknown> = Promise.resolve();
  const timer = setTimeout(() => {
    cancelling = aside.query({ ...CANCEL, values: [processOf(client)] });
    // Whether it worked is looked at below.
    cancelling.catch(() => undefined);
  }, leftMs);
  try {
    if (leftMs <= 0) throw new Error(`no connection was free within ${limitMs} ms`);
    return await client.query(query);
  } finally {
    clearTimeout(timer);
    // First the cancellation ends: it must not meet the statement of whoever gets the connection next.
    const isStray = await cancelling.then(
      () => false,
      () => true,
    );
    client.release(isStray);
  }
}

/** The server's process of a connection, which pg keeps but does not declare. */
function processOf(client: pg.PoolClient): number {
  return (client as unknown as { processID: number }).processID;
}
