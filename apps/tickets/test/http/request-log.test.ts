import { get } from 'node:http';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { runStage } from '../serve/programs.ts';
import { buyer, post } from '../shop.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

it('logs writes and failures at info, every read at debug, as JSON with the edge’s request id and without queries', async () => {
  const app = await runStage('2-split-database', {
    DATABASE_URL: await server.database('log'),
    LOG_LEVEL: 'debug',
  });
  const key = { 'idempotency-key': 'a-key-of-the-test', 'x-request-id': 'edge-1' };
  await post(app.url, { showId: 1, seats: [1], ...buyer }, key);
  await fetch(`${app.url}/shows/1?email=ada@example.com`, { headers: { 'x-request-id': 'edge-2' } });
  // As a program sends it that escapes nothing.
  get(`${app.url}/`, { path: '/"quoted"\\?a="b"', headers: { 'x-request-id': 'edge-4' } }).end();
  await fetch(`${app.url}/nothing`, { headers: { 'x-request-id': 'edge-3' } });
  const lineOf = (request: string) =>
    app
      .log()
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .find((line) => line.request === request);
  const common = {
    box: 'app-1',
    msg: 'request',
    ms: expect.any(Number),
    time: expect.stringMatching(/^\d{4}-.*Z$/),
  };
  await vi.waitFor(() => {
    expect(lineOf('edge-1')).toEqual({
      ...common,
      level: 30,
      request: 'edge-1',
      method: 'POST',
      path: '/reservations',
      status: 201,
    });
    expect(lineOf('edge-2')).toMatchObject({
      ...common,
      level: 20,
      path: '/shows/1',
      status: 200,
    });
    expect(lineOf('edge-4')).toMatchObject({ ...common, level: 30, path: '/"quoted"\\' });
    expect(lineOf('edge-3')).toMatchObject({ ...common, level: 30, path: '/nothing', status: 404 });
  }, 3000);
  await app.stop();
});
