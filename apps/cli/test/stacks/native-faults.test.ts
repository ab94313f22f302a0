import { readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { boxAddress } from '../../src/runtime/native/addresses.ts';
import { nativeRuntime } from '../../src/runtime/native/index.ts';
import { stackFolder } from '../../src/runtime/native/make-plan.ts';
import { eventually, leftovers } from './leftovers.ts';

const runtime = nativeRuntime();
const slot = 4;
const SITE_PORT = 8002 + slot * 1000;

async function listen(host: string, port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return server;
}

afterEach(async () => {
  for (const stage of [1, 2, 4]) await runtime.down({ stage, slot });
});

describe('a start that fails leaves nothing running and nothing half-written', () => {
  it('a published port is taken', async () => {
    const other = await listen('127.0.0.1', SITE_PORT);
    try {
      await expect(runtime.up(2, { slot })).rejects.toMatchObject({
        message: expect.stringContaining(`Port ${SITE_PORT} on 127.0.0.1 is taken`),
        next: expect.stringContaining('ss -ltnp'),
      });
    } finally {
      other.close();
    }
    await eventually('nothing left', () => leftovers(2, slot).length === 0);
  });

  it('a box’s address is taken: the box is named and its last words quoted', async () => {
    const other = await listen(boxAddress(2, slot, 0, 0), 8080);
    try {
      await expect(runtime.up(2, { slot })).rejects.toThrow(
        /app ended 3 times before it was ready[\s\S]*EADDRINUSE/,
      );
    } finally {
      other.close();
    }
    await eventually('nothing left', () => leftovers(2, slot).length === 0);
  });

  it('Ctrl-C at any moment of the start', async () => {
    for (const afterMs of [50, 250, 600, 1000]) {
      const ctrlC = new AbortController();
      const up = runtime.up(2, { slot, signal: ctrlC.signal });
      setTimeout(() => ctrlC.abort(new Error('Ctrl-C')), afterMs);
      await up.catch((error: Error) => expect(error.message).toContain('Ctrl-C'));
      // A start that was faster than the hand is simply up, and goes down like any other.
      await runtime.down({ stage: 2, slot });
      await eventually(`nothing left after ${afterMs} ms`, () => leftovers(2, slot).length === 0);
    }
  });

  it('two starts of one stage at once: one wins, the other is told', async () => {
    const [first, second] = await Promise.allSettled([runtime.up(2, { slot }), runtime.up(2, { slot })]);
    expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected']);
    const lost = first.status === 'rejected' ? first.reason : (second as PromiseRejectedResult).reason;
    expect(lost).toMatchObject({
      message: expect.stringMatching(/is being started already, by process \d+/),
    });
    await expect(runtime.up(2, { slot })).rejects.toMatchObject({
      message: expect.stringContaining('is running already'),
    });
  });
});

describe('a supervisor that is killed', () => {
  it('takes every box with it, and a new start finds the data again', async () => {
    const id = { stage: 1, slot: 0 };
    if (await runtime.state(id)) throw new Error('stage 1 is in use: take it down for this test');
    try {
      const { site } = await runtime.up(1);
      const bought = await fetch(`${site}/reservations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'killed-supervisor-1' },
        body: JSON.stringify({ showId: 1, seats: [7], name: 'Ada', email: 'ada@example.org' }),
      });
      const { id: reservation, token } = (await bought.json()) as { id: string; token: string };
      expect(bought.status).toBe(201);

      const folder = stackFolder(1, 0);
      process.kill(supervisorOf(folder), 'SIGKILL');
      await eventually('all processes gone', () => leftovers(1, 0).every((left) => left === folder));
      expect(await runtime.state(id)).toBeNull();

      await runtime.up(1);
      const headers = { authorization: `Bearer ${token}` };
      const found = await fetch(`${site}/reservations/${reservation}`, { headers });
      expect(found.status).toBe(200);
    } finally {
      await runtime.down(id);
    }
  });
});

describe('a replica', () => {
  it('that lost its data copies the primary anew and follows it', async () => {
    const id = { stage: 4, slot };
    const { entry } = await runtime.up(4, { slot });
    await runtime.kill(id, 'replica-1');
    rmSync(join(stackFolder(4, slot), 'data', 'replica-1'), { recursive: true });
    // The primary moves on and forgets the log that the template would need.
    const reset = await runtime.exec(id, 'app-1', ['node', 'admin/reset.mjs']);
    expect(reset.code).toBe(0);
    await runtime.heal(id, 'replica-1');
    expect((await runtime.state(id))?.boxes.find((box) => box.name === 'replica-1')?.state).toBe('ready');
    expect((await fetch(`${entry}/shows/1/seats`)).status).toBe(200);
  });

  it('that is missing costs nobody an answer', async () => {
    const id = { stage: 4, slot };
    const { entry } = await runtime.up(4, { slot });
    await runtime.kill(id, 'replica-1');
    await runtime.kill(id, 'replica-2');
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const answer = await fetch(`${entry}/shows/2/seats`);
        return answer.status === 200 ? '200' : `${answer.status} ${await answer.text()}`;
      }),
    );
    expect([...new Set(answers)]).toEqual(['200']);
  });
});

/** The supervisor's process id out here: the node process that was given the stack's plan. */
function supervisorOf(folder: string): number {
  const line = leftovers(1, 0).find(
    (left) => /process \d+: \S*node .+\.mjs/.test(left) && left.includes(`${folder}/plan.json`),
  );
  const pid = Number(/process (\d+)/.exec(line ?? '')?.[1]);
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('plan.json');
  return pid;
}
