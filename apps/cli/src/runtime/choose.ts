import { Failure } from '../failure.ts';
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
  if (asked === 'native') return native();
  const compose = await import('./compose/index.ts');
  if (asked === 'compose') return compose.composeRuntime();
  if (process.platform === 'linux' && id !== null) {
    const runtime = await native();
    if ((await runtime.state(id)) !== null) return runtime;
  }
  return (await compose.dockerEngineAnswers()) ? compose.composeRuntime() : native();
}

async function native(): Promise<Runtime> {
  if (process.platform === 'linux') return (await import('./native/index.ts')).nativeRuntime();
  throw new Failure(`The native runtime needs Linux, and this is ${process.platform}.`, {
    next: 'Start Docker, or work in Linux (on Windows: WSL2).',
  });
}
