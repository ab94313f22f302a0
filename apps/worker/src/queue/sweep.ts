import { type Pool, reservationJson } from '@scaling/tickets/work';
import type { Client } from 'pg';

const PAGE = 500;
const STATEMENT_LIMIT_MS = 60_000;

export interface Swept {
  /** Sales and cancellations, of mailed tickets, that were compared. */
  readonly compared: number;
  /** Of these, those whose mails are not known to be sent: their events were written to the outbox again. */
  readonly published: number;
}

interface Row {
  readonly id: string;
  readonly status: 'confirmed' | 'cancelled';
  readonly event: string;
}

/** How the note of its mails ends when all is done that a reservation asks for. */
const DONE: Readonly<Record<Row['status'], readonly string[]>> = {
  confirmed: ['sent'],
  cancelled: ['cancelled', 'notice-sent'],
};

/**
 * Compares what a database sold within some seconds with what was mailed, and writes the event of each reservation whose
 * mail is missing to the outbox again. What is still on its way comes twice by that, and is mailed once (`inbox`).
 *
 * @param isSharded the seller is a shard: what it holds of other shards' buckets is not its own
 */
export async function sweep(
  seller: Pool,
  mailed: Pool,
  { withinSeconds, isSharded }: { readonly withinSeconds: number; readonly isSharded: boolean },
): Promise<Swept> {
  return await seller.session(async (client) => {
    await client.query(`set statement_timeout = ${STATEMENT_LIMIT_MS}`);
    await client.query('begin');
    await client.query(
      `declare sold no scroll cursor for
       select id, status, ${reservationJson}::text as event from reservations
       where ticket = 'mail' and created_at > now() - make_interval(secs => ${Math.ceil(withinSeconds)})
         ${isSharded ? 'and has_bucket(bucket_of(show_id))' : ''}`,
    );
    let compared = 0;
    let published = 0;
    for (;;) {
      const { rows } = await client.query<Row>(`fetch ${PAGE} from sold`);
      if (rows.length === 0) break;
      const missing = await withoutMails(rows, mailed);
      await publishAgain(client, missing);
      compared += rows.length;
      published += missing.length;
    }
    await client.query('commit');
    return { compared, published };
  });
}

async function withoutMails(rows: readonly Row[], mailed: Pool): Promise<Row[]> {
  const known = await mailed.rows<{ id: string; state: string }>(
    'select reservation_id as id, state from mailed where reservation_id = any($1::uuid[])',
    [rows.map(({ id }) => id)],
  );
  const states = new Map(known.map(({ id, state }) => [id, state]));
  return rows.filter(({ id, status }) => !DONE[status].includes(states.get(id) ?? ''));
}

async function publishAgain(client: Client, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    'insert into outbox (reservation_id, event) select * from unnest($1::uuid[], $2::text[])',
    [rows.map(({ id }) => id), rows.map(({ event }) => event)],
  );
}
