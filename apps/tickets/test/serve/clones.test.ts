import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { watchSeats } from '../feed/events.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { buyer, post } from '../shop.ts';
import { load } from './load.ts';
import { admin, type Running, runStage } from './programs.ts';

interface Listed {
  id: number;
  pid: number;
  state: string;
  restarts: number;
  requests: number;
}

let server: TestPostgres;
let app: Running;
beforeAll(async () => {
  server = await startPostgres();
  app = await runStage('1-single-server', {
    DATABASE_URL: await server.database('clones'),
    WORKERS: '2',
    BOX_NAME: 'single',
  });
  // One of them makes the box ready; the other may take longer on a busy machine.
  await vi.waitFor(
    async () => expect((await clones()).map(({ state }) => state)).toEqual(['serving', 'serving']),
    { timeout: 20_000, interval: 200 },
  );
}, 40_000);
afterAll(async () => {
  expect((await app.stop()).code).toBe(0);
  await server.stop();
});

async function clones(command = 'list'): Promise<Listed[]> {
  return (await admin(`clones ${command}`, app.environment)).clones as Listed[];
}

/** Which clones answer, over connections of their own. */
async function served(): Promise<string[]> {
  const names = await Promise.all(
    Array.from({ length: 12 }, async () => {
      const answer = await fetch(`${app.url}/healthz`, { headers: { connection: 'close' } });
      return answer.headers.get('x-served-by') ?? '';
    }),
  );
  return [...new Set(names)].sort();
}

it('serves from two processes behind one port and lists them', async () => {
  expect(await served()).toEqual(['single/1', 'single/2']);
  expect(await clones()).toMatchObject([
    { id: 1, state: 'serving', restarts: 0 },
    { id: 2, state: 'serving', restarts: 0 },
  ]);
});

it('shows clients of every clone a seat sold by one of them', async () => {
  const streams = await Promise.all(Array.from({ length: 6 }, () => watchSeats(app.url, 1)));
  const boxes = new Set(streams.map(({ answer }) => answer.headers.get('x-served-by')));
  expect([...boxes].sort()).toEqual(['single/1', 'single/2']);
  await post(app.url, { showId: 1, seats: [77], ...buyer });
  await vi.waitFor(() => {
    for (const { changes } of streams) expect(changes).toMatchObject([{ seats: [77], sold: true }]);
  });
  await Promise.all(streams.map((stream) => stream.close()));
});

it('adds up the metrics of all clones', async () => {
  await Promise.all(
    Array.from({ length: 10 }, () => fetch(`${app.url}/shows/3`, { headers: { connection: 'close' } })),
  );
  const text = await (await fetch(`${app.url}/metrics`)).text();
  expect(text).toContain(
    'tickets_request_duration_seconds_count{method="GET",route="/shows/:id",status="200"} 10',
  );
});

it('scales up and down and reloads without failing a request', async () => {
  const asking = load(app.url, '/shows/1');
  expect(await clones('scale 3')).toHaveLength(3);
  const before = (await clones()).map(({ pid }) => pid);
  const after = await clones('reload');
  expect(after.map(({ id, state }) => [id, state])).toEqual([
    [1, 'serving'],
    [2, 'serving'],
    [3, 'serving'],
  ]);
  expect(after.filter(({ pid }) => before.includes(pid))).toEqual([]);
  expect(await clones('scale 2')).toHaveLength(2);
  const { answers, failures } = await asking.stop();
  expect(failures).toEqual([]);
  expect(answers).toBeGreaterThan(100);
}, 60_000);

it('starts a clone again that died, and counts it', async () => {
  const [first] = await clones();
  process.kill(first?.pid ?? 0, 'SIGKILL');
  await vi.waitFor(
    async () => expect((await clones())[0]).toMatchObject({ id: 1, state: 'serving', restarts: 1 }),
    { timeout: 10_000, interval: 200 },
  );
  expect(await served()).toEqual(['single/1', 'single/2']);
}, 20_000);

it('says what it takes', async () => {
  await expect(clones('scale 0')).rejects.toThrow('scale takes 1 to 16');
  await expect(clones('dance')).rejects.toThrow('list | scale N | reload');
  await expect(admin('clones list', { ...app.environment, PORT: '1' })).rejects.toThrow(
    'no clones run on this box',
  );
});
