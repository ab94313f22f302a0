import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Failure } from '../../../failure.ts';
import { doorsBundle } from '../../program-bundle.ts';
import { connectWhenUp } from '../connect-when-up.ts';
import { socketFolder } from '../make-plan.ts';
import { callerUid } from '../network/own-network.ts';
import { makePrivateFolder } from '../private-folder.ts';

const START_LIMIT_MS = 10_000;

export interface DoorKeeper {
  /** Path of the socket on which doors are asked for. */
  readonly socket: string;
  /** It goes on for the stacks that are connected. */
  close(): void;
}

/** Start the process that keeps doors open for stacks in a new network. @throws Failure when it does not start */
export async function openDoorKeeper(): Promise<DoorKeeper> {
  const program = await doorsBundle();
  await makePrivateFolder(socketFolder());
  const socket = join(socketFolder(), `doors-${process.pid}.sock`);
  const child = spawn(process.execPath, [program, socket, String(callerUid())], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
  });
  child.unref();
  const reached = await connectWhenUp(socket, child, START_LIMIT_MS);
  if ('code' in reached)
    throw new Failure('The process that publishes ports did not start.', {
      next: 'Run `pnpm stage doctor`.',
    });
  const connection = reached.socket;
  // Its end is no concern of the command's: the stack says what it means.
  connection.on('error', () => undefined).unref();
  return { socket, close: () => connection.destroy() };
}
