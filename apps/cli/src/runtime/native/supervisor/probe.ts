import { spawn } from 'node:child_process';
import { get } from 'node:http';
import { connect } from 'node:net';
import type { BoxPlan } from '../plan.ts';

/** Ask a box once whether it is ready, within a time limit. Never rejects: any trouble means "not ready". */
export async function askProbe(box: BoxPlan, timeoutMs: number): Promise<boolean> {
  const { probe } = box;
  if (probe === null) return true;
  if (probe.kind === 'http') return askHttp(box.address, probe.port, probe.path, timeoutMs);
  if (probe.kind === 'postgres')
    return askPostgres(box.address, probe.port, probe.user, probe.database, timeoutMs);
  if (probe.kind === 'redis') return askRedis(box.address, probe.port, timeoutMs);
  if (probe.kind === 'kafka') return askKafka(box.address, probe.port, timeoutMs);
  return runCommand(probe.argv, box, timeoutMs);
}

function askHttp(host: string, port: number, path: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    // A connection of its own each time: a kept one would die with every restart of the box.
    const request = get({ host, port, path, timeout: timeoutMs, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

/**
 * What pg_isready asks: send a start-up message; a server that asks for authentication accepts connections, one that
 * answers with an error (starting up, shutting down, recovering) does not.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
function askPostgres(
  host: string,
  port: number,
  user: string,
  database: string,
  timeoutMs: number,
): Promise<boolean> {
  const parameters = Buffer.from(`user\0${user}\0database\0${database}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(parameters.length + 8, 0);
  head.writeInt32BE(3 << 16, 4); // protocol 3.0
  const said = { host, port, timeoutMs, say: Buffer.concat([head, parameters]) };
  return hears(said, (answer) => answer.startsWith('R'));
}

/** What `redis-cli ping` asks: a server that is still loading, or out of connections, answers with an error. */
function askRedis(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return hears({ host, port, timeoutMs, say: 'PING\r\n' }, (answer) => answer.startsWith('+PONG'));
}

/**
 * Which versions of its protocol it speaks (ApiVersions, version 0, correlation 1, no client id): asked of a broker by
 * every client first, and answered once it takes messages. https://kafka.apache.org/protocol
 */
const API_VERSIONS = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 255, 255]);

function askKafka(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return hears({ host, port, timeoutMs, say: API_VERSIONS }, (answer) => answer.startsWith('\0\0\0\x01', 4));
}

/** Connect, say something, and look at what comes first. */
function hears(
  { host, port, timeoutMs, say }: { host: string; port: number; timeoutMs: number; say: Buffer | string },
  expected: (answer: string) => boolean,
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs }, () => socket.write(say));
    const end = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.once('data', (answer) => end(expected(answer.toString('latin1'))));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
    socket.once('close', () => resolve(false));
  });
}

function runCommand(argv: readonly string[], box: BoxPlan, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const [command = 'false', ...args] = argv;
    const child = spawn(command, args, {
      cwd: box.cwd,
      env: { PATH: process.env.PATH, ...box.environment },
      stdio: 'ignore',
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
