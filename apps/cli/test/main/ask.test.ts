import { expect, it } from 'vitest';
import type { ExecResult, Runtime } from '../../src/runtime/runtime.ts';
import { run } from '../../src/verbs/ask.ts';
import type { VerbContext } from '../../src/verbs/verb.ts';

const BOXES = [
  { name: 'lb', kind: 'lb' },
  { name: 'app-1', kind: 'app' },
];

function asking(args: readonly string[], answer: ExecResult) {
  const said: string[] = [];
  const asked: unknown[] = [];
  const runtime = {
    name: 'native',
    state: async () => ({ stage: 3, slot: 0, boxes: BOXES }),
    exec: async (_id: unknown, box: string, argv: readonly string[]) => {
      asked.push([box, argv.at(-1)]);
      return answer;
    },
  } as unknown as Runtime;
  const context = {
    ...{ stage: 3, slot: 0, args, json: false, chooseRuntime: async () => runtime },
    ...{ stdout: (text: string) => said.push(text), stderr: () => undefined },
  } as unknown as VerbContext;
  return { result: run(context), said, asked };
}

const answered = (stdout: string): ExecResult => ({ code: 0, stdout, stderr: '' });

it('prints what the app answers, and ends with 0', async () => {
  const { result, said, asked } = asking(['app-1', '/metrics'], answered('200\nup 1\n'));
  expect(await result).toBe(0);
  expect([said, asked]).toEqual([['up 1\n'], [['app-1', '/metrics']]]);
});

it('ends with 1 where the app refuses', async () => {
  const { result, said } = asking(['app-1', '/nothing'], answered('404\n{"status":404}'));
  expect(await result).toBe(1);
  expect(said).toEqual(['{"status":404}\n']);
});

it.each([
  [['lb', '/metrics'], 'lb is no app, and cannot be asked this way.'],
  [['app-1', 'metrics'], 'A path begins with a slash: "metrics" does not.'],
  [['app-9', '/metrics'], 'Stage 3 runs no box "app-9".'],
])('refuses %j and asks nothing', async (args, message) => {
  const { result, asked } = asking(args, answered(''));
  await expect(result).rejects.toThrow(message);
  expect(asked).toEqual([]);
});

it('says that the app does not answer, and where to look', async () => {
  const failed = { code: 1, stdout: '', stderr: 'TypeError: fetch failed\n' };
  const { result } = asking(['app-1', '/metrics'], failed);
  await expect(result).rejects.toThrow('app-1 does not answer: TypeError: fetch failed');
});
