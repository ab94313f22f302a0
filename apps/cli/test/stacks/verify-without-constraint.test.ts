import { rm } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLoad } from '../../src/measure/run.ts';
import { recordsFolder } from '../../src/measure/stack-records.ts';
import { nativeRuntime } from '../../src/runtime/native/index.ts';
import type { StackState } from '../../src/runtime/runtime.ts';
import { verify } from '../../src/verify/verify.ts';
import { leftovers } from './leftovers.ts';

const runtime = nativeRuntime();
const id = { stage: 2, slot: 5 };
let stack: StackState;

// k6 may have to be built first.
beforeAll(async () => {
  stack = await runtime.up(id.stage, { slot: id.slot, unlimited: true });
}, 240_000);

afterAll(async () => {
  await runtime.down(id);
  await rm(recordsFolder(id), { recursive: true, force: true });
  expect(leftovers(id.stage, id.slot)).toEqual([]);
});

/** Buyers who race for seats, come too late and press the button twice. */
async function buyers(): Promise<Record<string, number>> {
  const run = await runLoad(runtime, {
    scenario: 'buy',
    mode: 'closed',
    vus: 6,
    lead: 0,
    duration: 5,
    step: 5,
    sloMs: 2000,
    sides: [{ side: 'this', state: stack }],
    signal: AbortSignal.timeout(60_000),
  });
  const actions = run.sides.this?.summary.actions ?? {};
  return Object.fromEntries(Object.entries(actions).map(([name, latency]) => [name, latency?.count ?? 0]));
}

async function withoutConstraint(): Promise<void> {
  const address = stack.boxes.find((box) => box.name === 'db')?.address ?? '';
  const client = new pg.Client({ host: address, user: 'tickets', password: 'tickets', database: 'tickets' });
  await client.connect();
  await client.query('alter table reserved_seats drop constraint seat_sold_once');
  await client.end();
}

describe.sequential('verify', () => {
  it('is void before anybody bought', async () => {
    expect(await verify(runtime, stack)).toMatchObject({ stage: 2, acknowledged: 0, verdict: 'void' });
  });

  it('holds while the constraint stands: nothing sold twice, nothing lost, under contention', async () => {
    const asked = await buyers();
    expect(asked.refused).toBeGreaterThan(0);
    expect(asked.replay).toBeGreaterThan(0);
    const result = await verify(runtime, stack);
    expect(result).toMatchObject({ soldTwice: 0, lost: 0, wrongReplay: 0, verdict: 'holds', runs: 1 });
    expect(result.acknowledged).toBeGreaterThan(10);
  });

  it('finds seats sold twice once the constraint is gone', async () => {
    await withoutConstraint();
    await buyers();
    const result = await verify(runtime, stack);
    expect(result.verdict).toBe('falls short');
    expect(result.soldTwice).toBeGreaterThan(0);
    expect(result.examples[0]).toMatch(/show\/seat \d+\/\d+ was sold to \S+ and \S+/);
  });
});
