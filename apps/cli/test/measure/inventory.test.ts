import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Box, Runtime, StackState } from '../../src/runtime/runtime.ts';
import { box, stackState } from './stack-state.ts';

/** A shop of two shows, 1,000 seats. */
let shop: Server;
let folder: string;
let stack: StackState;
const asked: string[][] = [];
// Only `exec` is asked for; anything else would be a defect and throws.
const runtime = {
  exec: async (_id: unknown, _box: string, argv: string[]) => {
    asked.push([...argv]);
    return { code: 0, stdout: '', stderr: '' };
  },
} as unknown as Runtime;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inventory-'));
  vi.stubEnv('SCALING_STACKS', folder);
  shop = createServer((_, response) => response.end('[{"id":1},{"id":2}]'));
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  const site = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  stack = { ...stackState([box('app-1', 'app', 0.12)]), site };
});

afterAll(async () => {
  shop.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Imported late: the folder of running stacks is read from the environment once. */
const inventory = () => import('../../src/measure/inventory.ts');

describe('the seats of a stack under load', () => {
  it('go on where the last run stopped, whatever was still under way', async () => {
    const { stockUp, noteRun } = await inventory();
    expect((await stockUp(runtime, stack, 100)).records.seatOffset).toBe(0);
    await noteRun(stack, { results: '/one', purchases: 90, users: 10 });
    const second = await stockUp(runtime, stack, 100);
    expect(second.records).toMatchObject({ seatOffset: 200, runs: ['/one'] });
    expect(asked).toEqual([]);
  });

  it('are all given back before they could run out inside a run, and what was sold is forgotten', async () => {
    const { stockUp } = await inventory();
    const stocked = await stockUp(runtime, stack, 450);
    expect(stocked).toMatchObject({ reset: true, records: { seatOffset: 0, runs: [] } });
    expect(asked).toEqual([['node', 'admin/reset.mjs']]);
  });

  it('are all given back before purchases of another size, which would not fit into the gaps', async () => {
    const { stockUp, noteRun } = await inventory();
    await noteRun(stack, { results: '/fours', purchases: 10, users: 2, size: 4 });
    expect(await stockUp(runtime, stack, 10, 4)).toMatchObject({ reset: false, records: { seatOffset: 48 } });
    expect(await stockUp(runtime, stack, 10)).toMatchObject({ reset: true, records: { seatOffset: 0 } });
  });

  it('begin anew with a new stack of the same number', async () => {
    const { stockUp, noteRun } = await inventory();
    await noteRun(stack, { results: '/two', purchases: 50, users: 0 });
    const later = { ...stack, startedAt: '2026-01-02T00:00:00.000Z' };
    expect((await stockUp(runtime, later, 1)).records).toMatchObject({ seatOffset: 0, runs: [] });
  });
});

describe('the box in which commands of the shop run', () => {
  const named = (name: string, state: Box['state']): Box => ({ ...box(name, 'app', 0.12), state });

  it.each([
    ['of the service that sells', ['shows-1 ready', 'reservations-1 ready'], 'reservations-1'],
    ['that is ready', ['reservations-1 starting', 'shows-1 ready'], 'shows-1'],
    ['that waits for a database, where none is ready', ['app-1 killed', 'app-2 starting'], 'app-2'],
  ])('is one %s', async (_, boxes, chosen) => {
    const { appBox } = await inventory();
    const all = boxes.map((each) => named(...(each.split(' ') as [string, Box['state']])));
    expect(appBox(stackState(all))).toBe(chosen);
  });

  it('is none of those that are down or hang, and the refusal says what starts one', async () => {
    const { appBox } = await inventory();
    const all = [named('app-1', 'killed'), named('app-2', 'paused'), named('app-3', 'exited')];
    expect(() => appBox(stackState(all))).toThrow(/No app of stage 4 is running/);
  });
});
