import { expect, it, vi } from 'vitest';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { run } from '../../src/verbs/chaos.ts';
import type { VerbContext } from '../../src/verbs/verb.ts';

const calls: string[] = [];

vi.mock('../../src/runtime/native/prepare.ts', () => ({
  prepare: async (stage: number) => {
    await Promise.resolve();
    calls.push(`prepare ${stage}`);
  },
}));
vi.mock('../../src/runtime/native/network/own-network.ts', () => ({
  ownNetwork: () => null,
  networkProblem: () => null,
  inBridgedNetwork: () => {
    calls.push('enter the network');
    return Promise.resolve(0);
  },
}));

it('fetches what the stage needs before it enters a network from which nothing can be fetched', async () => {
  const runtime = { name: 'native', faults: { can: () => true } } as unknown as Runtime;
  const context = {
    stage: 7,
    json: false,
    chooseRuntime: () => Promise.resolve(runtime),
    signal: new AbortController().signal,
    stderr: () => undefined,
  } as unknown as VerbContext;
  expect(await run(context, {})).toBe(0);
  expect(calls).toEqual(['prepare 7', 'enter the network']);
});
