import { createServer, type Server, type ServerResponse } from 'node:http';
import { exposition, type Look } from './exposition.ts';
import { targets } from './targets.ts';

/** Its port, in both runtimes; `stages/observe/prometheus.yml` names it. */
export const BOXES_PORT = 9100;

/**
 * What Prometheus asks about the boxes: `/metrics`, what they use; `/targets`, which of them have metrics of their own.
 * `look` is called for each question; when it fails, the answer is 503 with its words.
 */
export function boxesServer(look: () => Promise<Look> | Look): Server {
  return createServer((request, response) => {
    void answer(request.url ?? '', look, response);
  });
}

async function answer(
  path: string,
  look: () => Promise<Look> | Look,
  response: ServerResponse,
): Promise<void> {
  try {
    if (path === '/healthz') response.end('ok\n');
    else if (path === '/metrics') {
      const text = exposition(await look());
      response.setHeader('Content-Type', 'text/plain; version=0.0.4').end(text);
    } else if (path === '/targets') {
      const found = targets(await look());
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(found));
    } else response.writeHead(404).end('There are /metrics and /targets.\n');
  } catch (error) {
    response.writeHead(503).end(`${(error as Error).message}\n`);
  }
}
