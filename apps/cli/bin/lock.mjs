import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * Hold the lock `name` among this user's processes on this machine; waits while another holds it. The lock is a
 * listening socket, so the kernel gives it back however its holder ends, and there is no stale lock to judge.
 * @param {string} name what is protected, e.g. a folder's path
 * @param {{ signal?: AbortSignal, onWait?: () => void }} [options] `onWait`: called once when another holds it
 * @returns {Promise<() => void>} gives the lock back
 */
export async function holdLock(name, { signal, onWait } = {}) {
  const path = socketPath(name);
  let told = false;
  for (;;) {
    signal?.throwIfAborted();
    const release = await tryHold(path);
    if (release) return release;
    if (!told) onWait?.();
    told = true;
    await holderGone(path, signal);
  }
}

/** Linux has socket names outside the file system, which vanish with their process; elsewhere a file has to do. */
function socketPath(name) {
  const { uid } = userInfo();
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 32);
  const socket = `scaling-0-to-millions-${uid}-${hash}`;
  return process.platform === 'linux' ? `\0${socket}` : join(tmpdir(), `${socket}.lock`);
}

function tryHold(path) {
  return new Promise((resolve, reject) => {
    const waiting = new Set();
    const server = createServer((socket) => {
      waiting.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => waiting.delete(socket));
      socket.unref();
    });
    server.unref();
    server.on('error', (error) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)));
    server.listen(path, () =>
      resolve(() => {
        server.close();
        for (const socket of waiting) socket.destroy();
      }),
    );
  });
}

/** Resolves when the holder's end of the connection closes: it released the lock or died. */
function holderGone(path, signal) {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const abort = () => socket.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal?.addEventListener('abort', abort, { once: true });
    socket.on('error', (error) => {
      if (signal?.aborted) return reject(error);
      // A file of a dead holder (not on Linux): out of the way with it.
      if (error.code === 'ECONNREFUSED' && !path.startsWith('\0')) rmSync(path, { force: true });
    });
    socket.on('close', () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    socket.resume();
  });
}
