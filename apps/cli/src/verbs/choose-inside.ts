import { chooseRuntime } from '../runtime/choose.ts';
import type { Runtime, StackId } from '../runtime/runtime.ts';
import { listStages } from '../stage/stages.ts';

/**
 * What a command does with stacks: `none` of what it does needs to reach their boxes; it looks at a `running` one; it `starts`
 * some; or it sees to its network `itself`.
 */
export type StackUse = 'none' | 'running' | 'starts' | 'itself';

export interface Choosing {
  readonly asked: Runtime['name'] | undefined;
  readonly id: StackId | null;
  readonly use: StackUse;
  readonly observe: boolean;
  /** What the boxes need is outside: a database that is already there. */
  readonly needsOutside: boolean;
  /** What the command itself fetches before it goes inside. */
  readonly fetchFirst: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** The command was run to its end by another process, in the network of its stacks. */
export class RanInside extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`ended with ${code}`);
    this.code = code;
  }
}

/**
 * The runtime for a command (`chooseRuntime`). Native stacks have a network of their own: unless this process is in it, the
 * command is run again inside.
 *
 * @throws RanInside when the command has been run inside: what is left to do is to end with its code
 */
export async function chooseInside(choosing: Choosing): Promise<Runtime> {
  const { asked, id, use, say } = choosing;
  const runtime = await chooseRuntime(asked, id);
  if (runtime.name !== 'native' || use === 'none' || use === 'itself') return runtime;
  const { inStackNetwork, shareNetwork } = await import('../runtime/native/network/enter.ts');
  if (choosing.needsOutside) {
    shareNetwork();
    say(
      "The stack shares this machine's network, because its database is there: other users can reach its boxes.\n",
    );
  }
  const argv = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const code = await inStackNetwork(argv, {
    id,
    startsStacks: use === 'starts',
    prepare: async () => {
      await prepareStages(choosing);
      await choosing.fetchFirst();
    },
    warn: say,
    signal: choosing.signal,
  });
  if (code !== null) throw new RanInside(code);
  return runtime;
}

/** Fetch what the command's stages need, and the one before that it is compared with: inside, nothing can be fetched. */
async function prepareStages({ id, observe, signal, say }: Choosing): Promise<void> {
  const { prepare } = await import('../runtime/native/prepare.ts');
  const all = (await listStages()).map(({ number }) => number);
  const stages = id === null ? all : all.filter((stage) => stage === id.stage || stage === id.stage - 1);
  for (const stage of stages)
    await prepare(stage, {
      observe,
      signal,
      onProgress: (event) => {
        if (event.step === 'prepare') say(`${event.what}\n`);
      },
    });
}
