import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Response } from 'express';
import pg from 'pg';

/**
 * The reference that `check` holds the stages' apps against: Express, pg and one indexed row for each answer, read and
 * written anew; a table of its own. Frozen: whatever becomes of the shop, this stays as it is, or every recorded baseline is worth nothing (each
 * carries this file's checksum, and is refused when it differs).
 */
const { DATABASE_URL, PORT = '8080', BOX_ADDRESS = '127.0.0.1' } = process.env;
const SHOWS = 40;
const SEATS = 500;
const START_LIMIT_MS = 30_000;

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 8, query_timeout: 5000 });
pool.on('error', () => undefined);

const app = express().disable('etag').disable('x-powered-by');
app.get('/readyz', (_, res) => send(res, '{}'));
app.get('/shows', (_, res) => answer(res, 0));
app.get('/shows/:id/seats', (req, res) => answer(res, Number(req.params.id)));

async function answer(res: Response, id: number): Promise<void> {
  const text = 'SELECT json FROM reference WHERE id = $1';
  const { rows } = await pool.query<{ json: string }>({ name: 'reference', text, values: [id] });
  send(res, rows[0] === undefined ? '' : rebuilt(rows[0].json));
}

/**
 * Read and written anew: some hundred objects a request, as the shop's own libraries make them. Where a machine's memory
 * is slow for a while, a handler that only passes text on hardly notices, and the shop does.
 */
function rebuilt(json: string): string {
  return JSON.stringify(JSON.parse(json));
}

function send(res: Response, json: string): void {
  res.statusCode = json === '' ? 404 : 200;
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(json);
}

async function fill(): Promise<void> {
  const list = Array.from({ length: SHOWS }, (_, index) => ({ id: index + 1, poster: '/' }));
  const seats = Array.from({ length: SEATS }, (_, index) => ({
    seat: index + 1,
    row: Math.floor(index / 20) + 1,
    sold: false,
  }));
  const rows = [list, ...list.map(({ id }) => ({ showId: id, seats }))].map((value) => JSON.stringify(value));
  const client = await pool.connect();
  try {
    // There may be several of this program, and one table.
    await client.query('BEGIN; SELECT pg_advisory_xact_lock(1)');
    await client.query('DROP TABLE IF EXISTS reference');
    await client.query('CREATE TABLE reference (id integer PRIMARY KEY, json text NOT NULL)');
    await client.query(
      'INSERT INTO reference SELECT ordinality - 1, json FROM unnest($1::text[]) WITH ORDINALITY AS r(json)',
      [rows],
    );
    await client.query('ANALYZE reference');
    await client.query('COMMIT');
  } finally {
    // Closed, not given back: after an error it is in the middle of something.
    client.release(true);
  }
}

const deadline = Date.now() + START_LIMIT_MS;
for (;;) {
  try {
    await fill();
    break;
  } catch (error) {
    if (Date.now() > deadline) throw error;
    await sleep(100);
  }
}
const server: Server = createServer({ keepAliveTimeout: 20_000 }, app).listen(Number(PORT), BOX_ADDRESS);
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
