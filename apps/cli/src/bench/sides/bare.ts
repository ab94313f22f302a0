import { randomUUID } from 'node:crypto';
import { findShow, reserve, seatMap } from '@scaling/tickets/sql';
import express, { type Response } from 'express';
import pg from 'pg';
import { answerCpu } from './answer-cpu.ts';

/**
 * The floor: the same statements behind the least Express and pg that answer the same requests. Nothing is validated,
 * measured, logged or named, and what Express would add by itself (ETag, X-Powered-By) is off.
 */
const { DATABASE_URL, PORT = '0', BOX_ADDRESS = '127.0.0.1' } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 8 });
const app = express().disable('etag').disable('x-powered-by');

app.get('/shows/:id', async (req, res) => {
  const { rows } = await pool.query({ ...findShow, values: [req.params.id] });
  send(res, 200, rows[0].json);
});

app.get('/shows/:id/seats', async (req, res) => {
  const { rows } = await pool.query({ ...seatMap, values: [req.params.id] });
  send(res, 200, rows[0].json);
});

app.post('/reservations', express.json(), async (req, res) => {
  const { showId, seats, name, email } = req.body;
  const values = [randomUUID(), showId, seats, name, email, req.headers['idempotency-key'], 'mail'];
  const { rows } = await pool.query({ ...reserve, values });
  send(res, 201, JSON.stringify(JSON.parse(rows[0].json).first.reservation));
});

function send(res: Response, status: number, json: string): void {
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(json);
}

// As long as the shop keeps its connections: a new one costs as much as a request.
app.listen(Number(PORT), BOX_ADDRESS).keepAliveTimeout = 20_000;
answerCpu();
