import type { ChildProcess } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const AGAIN_MS = 3;

/**
 * Connect to a unix socket as soon as the process that was started for it listens there. It appears a moment before that.
 *
 * @returns the connection; else the process's exit code, 127 where it could not be started, null where it takes too long
 */
export async function connectWhenUp(
  path: string,
  child: ChildProcess,
  limitMs: number,
): Promise<{ readonly socket: Socket } | { readonly code: number | null }> {
  let ended: number | null = null;
  child.once('exit', (code) => {
    ended = code ?? 1;
  });
  child.once('error', () => {
    ended = 127;
  });
  for (const deadline = Date.now() + limitMs; ; await sleep(AGAIN_MS)) {
    const socket = await connectTo(path);
    if (socket !== null) return { socket };
    if (ended !== null || Date.now() > deadline) return { code: ended };
  }
}

function connectTo(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket)).once('error', () => resolve(null));
  });
}
