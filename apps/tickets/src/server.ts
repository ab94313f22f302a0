import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { knownHosts } from './http/known-host.ts';
import type { Messages } from './http/messages.ts';
import { Problem, problemText } from './http/problem.ts';

/**
 * A client must have sent its header, and its whole request, within these: one that sends byte by byte holds a
 * connection no longer. Checked every second (Node's standard, 30 s, would let it hold on for that long).
 */
const LIMITS = { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 };
/**
 * Longer than load balancers keep an idle connection, so that they close it first and no request meets a connection that is
 * being closed. AWS' keeps it for 60 s; HAProxy here closes half of the idle ones every 15 s, nginx each after 8 s.
 */
const KEEP_ALIVE_MS = 75_000;
/** A connection on which nothing moves, one whose client does not read its answer for example. */
const SILENCE_MS = 60_000;

/**
 * Node's HTTP server with time limits against slow clients, and problem+json for what is not HTTP. It refuses requests that
 * name another site as their host; `urls`: see `knownHosts`.
 */
export function httpServer(
  handler: RequestListener,
  messages?: Messages,
  urls: readonly string[] = [],
): Server {
  const isKnown = knownHosts(urls);
  const server = createServer({ ...LIMITS, ...messages, keepAliveTimeout: KEEP_ALIVE_MS }, (req, res) => {
    if (isKnown(req.headers.host)) handler(req, res);
    else refuseHost(res);
  });
  server.setTimeout(SILENCE_MS);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => refuse(error.code, socket));
  return server;
}

/** For another site's name there is nothing here. Its body is not waited for. */
function refuseHost(res: ServerResponse): void {
  const problem = new Problem(421, 'wrong-host', 'This is not the host that the request names.');
  res.writeHead(problem.status, {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  });
  res.end(problemText(problem, ''));
}

function refuse(code: string | undefined, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(code);
  const body = problemText(problem, '');
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.kind}\r\nConnection: close\r\n` +
      `X-Content-Type-Options: nosniff\r\nContent-Type: application/problem+json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function problemOf(code: string | undefined): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new Problem(408, 'too-slow', 'The request took too long to arrive.');
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem(431, 'too-large', 'The header is too large.');
  return new Problem(400, 'malformed', 'This is not HTTP.');
}
