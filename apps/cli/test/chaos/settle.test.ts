import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { menuOf } from '../../src/chaos/menu.ts';
import { runVerb } from '../../src/chaos/run-verb.ts';
import { settle } from '../../src/chaos/settle.ts';
import { StackGone, upInFreeSlot } from '../../src/chaos/stack.ts';
import { journalPath, writeJournal } from '../../src/failover/journal.ts';
import { Failure } from '../../src/failure.ts';
import type { BoxState, Runtime, StackId } from '../../src/runtime/runtime.ts';
import { readStage } from '../../src/stage/stages.ts';
import * as heal from '../../src/verbs/heal.ts';

const file = await readStage(3);
const id = { stage: 3, slot: 8 };
const signal = new AbortController().signal;

/** A stack whose app-1 becomes what `healed` says when somebody heals it. */
function stackWith(healed: BoxState | null) {
  let state: BoxState = 'exited';
  const calls: string[] = [];
  const called = (name: string) => async (_: unknown, box: string) => void calls.push(`${name} ${box}`);
  const runtime = {
    name: 'native',
    faults: { can: () => true, undrop: async () => calls.push('undrop'), resume: called('resume') },
    state: async () => ({
      ...id,
      startedAt: 'now',
      boxes: [
        { name: 'app-1', kind: 'app', state },
        { name: 'db', kind: 'db', state: 'ready' },
      ],
    }),
    limit: called('limit'),
    heal: async () => {
      if (healed === null) throw new Failure('app-1 was not ready in time.');
      state = healed;
    },
    async *logs() {
      yield 'app-1 | no space left on device';
    },
  } as unknown as Runtime;
  return { stack: { runtime, id, file }, calls };
}

const menu = menuOf(file, { can: (fault) => fault !== 'full-disk' || 'no disks' });

describe('after a schedule', () => {
  it('every fault is ended, and boxes that are down are healed', async () => {
    const { stack, calls } = stackWith('ready');
    expect(await settle(stack, menu, { signal, limitMs: 5000 })).toBeNull();
    expect(calls).toEqual(['undrop', 'resume app-1', 'resume db', 'limit all']);
  });

  it('a stack that cannot be healed is reported with its boxes and their last words', async () => {
    const { stack } = stackWith(null);
    const why = await settle(stack, menu, { signal, limitMs: 50 });
    expect(why).toContain('app-1 is exited, and said last "app-1 | no space left on device"');
    expect(why).toContain('app-1 was not ready in time.');
  });

  it('a stack that is gone is noticed', async () => {
    const { stack } = stackWith('ready');
    const runtime = { ...stack.runtime, state: async () => null };
    await expect(settle({ ...stack, runtime }, menu, { signal })).rejects.toThrow(StackGone);
  });
});

describe('while a failover is cut short', () => {
  const replicated = { stage: 4, slot: 8 };
  const journal = { startedAt: 'now', underWay: 'db', past: [] };
  afterEach(() => rm(`${journalPath(replicated)}.json`, { force: true }));

  it('heal starts the replica that the failover waits for, and not the primary that is replaced', async () => {
    const healed: string[] = [];
    const box = (name: string, kind: string) => ({
      ...{ name, kind, service: name },
      state: healed.includes(name) ? 'ready' : 'killed',
    });
    const runtime = {
      name: 'native',
      state: async () => ({
        ...replicated,
        startedAt: 'now',
        boxes: [box('db', 'db'), box('replica-1', 'replica'), { ...box('app-1', 'app'), state: 'ready' }],
      }),
      heal: async (_: unknown, name: string) => void healed.push(name),
      setAside: async () => [],
      exec: async () => ({ code: 1, stdout: '', stderr: 'no database leads' }),
    } as unknown as Runtime;
    await writeJournal(replicated, journal);
    const stack = { runtime, id: replicated, file: await readStage(4) };
    const said = await runVerb(stack, { verb: heal, words: [] }, signal);
    expect(healed).toEqual(['replica-1']);
    expect(said).toMatchObject({ said: expect.stringMatching(/failover from db was interrupted/) });
    expect(await runVerb(stack, { verb: heal, words: ['db'] }, signal)).toMatchObject({
      said: expect.stringMatching(/was interrupted/),
    });
    expect(healed).toEqual(['replica-1']);
  });
});

describe('a stack of its own', () => {
  /** In these slots the stage runs already; in `starting` another run is about to start it. */
  function runtimeWith(running: readonly number[], starting: readonly number[]): Runtime {
    return {
      state: async ({ slot }: StackId) => (running.includes(slot) ? {} : null),
      up: async (stage: number, { slot }: { slot: number }) => {
        if (starting.includes(slot))
          throw new Failure(`Stage ${stage} is being started already, by process 7.`);
        return { stage, slot };
      },
    } as unknown as Runtime;
  }

  it('takes the first slot that is free, and never the slot of a learner', async () => {
    expect((await upInFreeSlot(runtimeWith([], []), 3, {})).slot).toBe(8);
    expect((await upInFreeSlot(runtimeWith([8], [7]), 3, {})).slot).toBe(6);
    await expect(upInFreeSlot(runtimeWith([8, 7, 6, 5, 3, 2], []), 3, {})).rejects.toThrow(
      'Stage 3 runs in all slots that are for chaos',
    );
  });
});
