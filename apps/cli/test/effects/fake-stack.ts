import type { Box, BoxState, ExecResult, Runtime, StackState } from '../../src/runtime/runtime.ts';
import type { VerbContext } from '../../src/verbs/verb.ts';

export interface FakeStack {
  readonly runtime: Runtime;
  readonly state: () => StackState;
}

export interface FakeOptions {
  readonly stage: number;
  /** `name kind state` */
  readonly boxes: readonly string[];
  /** The runtime accepts everything and does nothing. */
  readonly deaf: boolean;
  readonly site?: string;
  readonly exec?: (box: string, argv: readonly string[]) => Promise<ExecResult> | ExecResult;
}

/** A runtime without processes: its boxes are in the state that was asked for, unless it is deaf. */
export function fakeStack({ stage, boxes, deaf, site = 'http://127.0.0.1:1', exec }: FakeOptions): FakeStack {
  const known = new Map(
    boxes.map((line) => {
      const [name = '', kind = '', state = 'ready'] = line.split(' ');
      const service = name.replace(/-\d+$/, '');
      return [name, { name, service, kind, state } as unknown as Box];
    }),
  );
  const becomes = async (name: string, state: BoxState): Promise<void> => {
    const box = known.get(name);
    if (!deaf && box !== undefined) known.set(name, { ...box, state });
  };
  const state = () =>
    ({
      stage,
      slot: 0,
      runtime: 'native',
      startedAt: 'today',
      site,
      entry: site,
      boxes: [...known.values()],
    }) as unknown as StackState;
  const runtime = {
    name: 'native',
    state: async () => state(),
    kill: (_: unknown, name: string) => becomes(name, 'killed'),
    heal: (_: unknown, name: string) => becomes(name, 'ready'),
    restart: async () => undefined,
    signal: async () => undefined,
    scale: async (_: unknown, service: string, count: number) => {
      for (let n = 1; !deaf && n <= count; n += 1)
        known.set(`${service}-${n}`, {
          name: `${service}-${n}`,
          service,
          kind: 'app',
          state: 'ready',
        } as unknown as Box);
      return state();
    },
    exec: async (_: unknown, box: string, argv: readonly string[]) =>
      (await exec?.(box, argv)) ?? { code: 0, stdout: '', stderr: '' },
    faults: {
      pause: (_: unknown, name: string) => becomes(name, 'paused'),
      resume: (_: unknown, name: string) => becomes(name, 'unhealthy'),
    },
  } as unknown as Runtime;
  return { runtime, state };
}

/** What a verb gets when it is called for a stack. */
export function contextOf({ runtime, state }: FakeStack, args: readonly string[]): VerbContext {
  return {
    stage: state().stage,
    slot: state().slot,
    json: true,
    runtime: 'native',
    chooseRuntime: async () => runtime,
    args,
    signal: AbortSignal.timeout(60_000),
    stdout: () => undefined,
    stderr: () => undefined,
  };
}
