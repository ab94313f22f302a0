import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { composeRuntime } from '../../src/runtime/compose/index.ts';
import { projectName } from '../../src/runtime/native/addresses.ts';
import type { UpProgress } from '../../src/runtime/runtime.ts';
import { describeWithEngine } from './gate.ts';
import { leftOf } from './hardening.ts';

const runtime = composeRuntime();
const slot = 9;
const LONG_MS = 240_000;

describeWithEngine('a start on a Docker engine that fails leaves nothing', () => {
  afterEach(async () => {
    for (const stage of [2, 4]) {
      expect(await runtime.state({ stage, slot })).toBeNull();
      expect(leftOf(projectName(stage, slot))).toEqual([]);
    }
  });

  it('a published port is taken', async () => {
    const other = await listen(17_002);
    try {
      await expect(runtime.up(2, { slot })).rejects.toMatchObject({
        message: 'Port 17002 is taken by another program.',
        next: expect.stringContaining('ss -ltnp'),
      });
    } finally {
      other.close();
    }
  });

  it(
    'a box ends instead of becoming ready: its last words are told',
    async () => {
      const failure = await runtime
        .up(4, { slot, environment: { REPLICA_MAX_LAG_MS: 'soon' } })
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'Failure', where: expect.stringMatching(/^app-\d$/) });
      expect((failure as Error).message).toContain('REPLICA_MAX_LAG_MS');
    },
    LONG_MS,
  );

  it(
    'it is interrupted half-way',
    async () => {
      const stop = new AbortController();
      const onProgress = (event: UpProgress) => {
        if (event.step === 'box') stop.abort();
      };
      const started = runtime.up(2, { slot, onProgress, signal: stop.signal });
      await expect(started).rejects.toMatchObject({ name: 'AbortError' });
    },
    LONG_MS,
  );

  it(
    'two starts of the same stage at once: one of them is refused, the other one runs',
    async () => {
      const outcomes = await Promise.allSettled([runtime.up(2, { slot }), runtime.up(2, { slot })]);
      expect(outcomes.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);
      const refused = outcomes.find((each) => each.status === 'rejected');
      expect(String(refused?.reason)).toMatch(/being started already/);
      expect(await runtime.down({ stage: 2, slot })).toBe(true);
    },
    LONG_MS,
  );
});

function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}
