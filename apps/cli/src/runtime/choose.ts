import { Failure } from '../failure.ts';
import { composeRuntime, dockerEngineAnswers } from './compose/index.ts';
import { nativeRuntime } from './native/index.ts';
import type { Runtime, StackId } from './runtime.ts';

/**
 * The runtime for a command: the one asked for; else the one in which the stack is running; else Compose where a
 * Docker engine answers, and native where none does.
 *
 * @throws Failure where neither can work (no engine, not Linux).
 */
export async function chooseRuntime(
  asked: Runtime['name'] | undefined,
  id: StackId | null,
): Promise<Runtime> {
  if (asked === 'compose') return composeRuntime();
  if (asked === 'native') return onLinux();
  if (process.platform === 'linux' && id !== null && (await nativeRuntime().state(id)) !== null)
    return nativeRuntime();
  if (await dockerEngineAnswers()) return composeRuntime();
  return onLinux();
}

function onLinux(): Runtime {
  if (process.platform === 'linux') return nativeRuntime();
  throw new Failure(`The native runtime needs Linux, and this is ${process.platform}.`, {
    next: 'Start Docker, or work in Linux (on Windows: WSL2).',
  });
}
