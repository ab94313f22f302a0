import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { CACHE } from './programs.ts';
import { childrenOf, programOf, run, start } from './run-as.ts';

const PASSWORD = 'tickets';
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 10_000;

export interface TestPostgres {
  readonly data: string;
  readonly port: number;
  /** The server's own process, for SIGSTOP and SIGKILL. */
  readonly pid: number;
  /** Address of a database of this server. */
  url(database?: string): string;
  /** Makes an empty database and returns its address. */
  database(name: string): Promise<string>;
  /** Asks as the superuser. */
  ask<Row extends pg.QueryResultRow>(text: string, database?: string): Promise<Row[]>;
  /** Ends at once, as in a power cut; its data stays. */
  crash(): Promise<void>;
  /** The same data on the same port, after a crash. */
  again(): Promise<TestPostgres>;
  /** Sends a signal to the server and to all its processes: SIGSTOP makes it a machine that hangs. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Also when it is stopped (SIGSTOP). */
  stop(): Promise<void>;
}

/** A real Postgres of its own; ends with `stop`. */
export async function startPostgres(options: readonly string[] = []): Promise<TestPostgres> {
  const data = await mkdtemp(join(tmpdir(), 'tickets-postgres-'));
  await copyTree(await template(), data);
  return await runOn(data, options);
}

/** A streaming standby of `primary`, with its own slot. */
export async function startStandby(
  primary: TestPostgres,
  name: string,
  options: readonly string[] = [],
): Promise<TestPostgres> {
  await primary.ask(`select pg_create_physical_replication_slot('${name}', true)`);
  const data = await mkdtemp(join(tmpdir(), 'tickets-standby-'));
  const session = new pg.Client({ connectionString: primary.url('postgres') });
  await session.connect();
  await session.query(`select pg_backup_start('${name}', true)`);
  await copyTree(primary.data, data);
  await rm(join(data, 'postmaster.pid'));
  const { rows } = await session.query<{ labelfile: string }>('select labelfile from pg_backup_stop()');
  await session.end();
  await writeFile(join(data, 'backup_label'), rows[0]?.labelfile ?? '');
  await writeFile(join(data, 'standby.signal'), '');
  const follow = `host=127.0.0.1 port=${primary.port} user=tickets password=${PASSWORD} application_name=${name}`;
  // In its file, not on its command line: a failover changes it while it runs.
  await appendFile(
    join(data, 'postgresql.auto.conf'),
    `primary_conninfo = '${follow}'\nprimary_slot_name = '${name}'\n`,
  );
  return await runOn(data, options);
}

/** With the system's program: Node's own `cp` takes half a second of CPU for the thousand files of an empty database. */
async function copyTree(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', '--reflink=auto', `${from}/.`, to]);
}

async function runOn(data: string, options: readonly string[], samePort?: number): Promise<TestPostgres> {
  const port = samePort ?? (await freePort());
  const log = join(data, 'test.log');
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    'shared_buffers=32MB',
  ];
  const child = await start(
    'postgres',
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting]), ...options],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  child.stderr?.on('data', (text: Buffer) => void appendFile(log, text));
  let running = true;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void ended.then(() => {
    running = false;
  });
  // A run that is cut short must not leave a server behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);

  const url = (database = 'postgres') => `postgres://tickets:${PASSWORD}@127.0.0.1:${port}/${database}`;
  const ask = async <Row extends pg.QueryResultRow>(text: string, database?: string) => {
    const client = new pg.Client({ connectionString: url(database), connectionTimeoutMillis: 5000 });
    // A server that is stopped while asked says so twice: by the query and here.
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  };
  await answers(
    () => ask('select 1'),
    () => running,
    log,
  );
  const pid = await programOf(child);
  const signal = async (name: NodeJS.Signals) => {
    for (const each of [...(await childrenOf(pid)), pid]) send(each, name);
  };
  return {
    data,
    port,
    pid,
    signal,
    url,
    ask,
    async database(name) {
      // A second try of a test finds what its first one left.
      await ask(`drop database if exists ${name} with (force)`);
      await ask(`create database ${name}`);
      return url(name);
    },
    async crash() {
      send(pid, 'SIGQUIT');
      await ended;
      process.off('exit', kill);
    },
    again: () => runOn(data, options, port),
    async stop() {
      await signal('SIGCONT');
      send(pid, 'SIGINT');
      await Promise.race([ended, sleep(STOP_LIMIT_MS, undefined, { ref: false })]);
      if (running) await signal('SIGKILL');
      kill();
      await ended;
      process.off('exit', kill);
      await rm(data, { recursive: true, force: true });
    },
  };
}

function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function answers(ask: () => Promise<unknown>, runs: () => boolean, log: string): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (!runs() || performance.now() > deadline) {
        throw new Error(`Postgres does not start: ${await readFile(log, 'utf8').catch(() => '')}`, {
          cause: error,
        });
      }
      await sleep(50);
    }
  }
}

let made: Promise<string> | undefined;

/** A data directory to copy, made once: initdb takes longer than all that a test asks of the server. */
function template(): Promise<string> {
  made ??= make();
  return made;
}

async function make(): Promise<string> {
  const ready = join(CACHE, 'data');
  if ((await stat(ready).catch(() => undefined)) !== undefined) return ready;
  await mkdir(dirname(ready), { recursive: true });
  const draft = await mkdtemp(join(CACHE, 'draft-'));
  const password = join(draft, 'password');
  await writeFile(password, PASSWORD);
  const data = join(draft, 'data');
  await run('initdb', [
    '-D',
    data,
    '-U',
    'tickets',
    `--pwfile=${password}`,
    '-A',
    'scram-sha-256',
    '--no-locale',
    '-E',
    'UTF8',
    '--no-sync',
  ]);
  // Test files run side by side: whoever comes second takes the first one's.
  await rename(data, ready).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  await rm(draft, { recursive: true, force: true });
  return ready;
}

/**
 * A port nobody listens on. Not one of those that the system gives to connections by itself: a server that has crashed
 * must get its port back.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
