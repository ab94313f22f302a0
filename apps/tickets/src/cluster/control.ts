import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../environment.ts';
import type { Clones } from './clones.ts';

const MOST_CLONES = 16;

/** The socket by which one asks a box's clones; each box has its own, also where boxes share a file system. */
export function controlSocket(env: Pick<Environment, 'boxAddress' | 'port'>): string {
  return join(tmpdir(), `tickets-clones-${env.boxAddress}-${env.port}.sock`);
}

/** Serves `admin/clones.mjs`: GET / lists, POST /scale/N and POST /reload change and then list. */
export async function control(
  clones: Clones,
  env: Pick<Environment, 'boxAddress' | 'port'>,
): Promise<Server> {
  let last: Promise<unknown> = Promise.resolve();
  /** One change after the other: a reload in the middle of a scale would replace what is on its way out. */
  function inTurn(change: () => Promise<void>): Promise<void> {
    const done = last.then(change);
    last = done.catch(() => undefined);
    return done;
  }
  const server = createServer(async (req, res) => {
    const [, verb, count] = (req.url ?? '').split('/');
    const wanted = Number(count);
    try {
      if (verb === 'scale' && Number.isInteger(wanted) && wanted >= 1 && wanted <= MOST_CLONES) {
        await inTurn(() => clones.scale(wanted));
      } else if (verb === 'reload') {
        await inTurn(clones.reload);
      } else if (verb !== '') {
        res.writeHead(400).end(JSON.stringify({ error: `scale takes 1 to ${MOST_CLONES}` }));
        return;
      }
      res.end(JSON.stringify({ clones: await clones.list() }));
    } catch (error) {
      res
        .writeHead(500)
        .end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
    }
  });
  const path = controlSocket(env);
  // One that a killed predecessor left behind.
  await rm(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return server;
}
