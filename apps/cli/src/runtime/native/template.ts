import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, type ResultPromise } from 'execa';
import pg from 'pg';
import { cacheFolder } from '../../cache.ts';
import { Failure } from '../../failure.ts';
import type { InstalledPart } from '../../parts/index.ts';
import { asDatabaseUser } from './database-user.ts';

const USER = 'tickets';
const START_DEADLINE_MS = 30_000;
const SEED_DEADLINE_MS = 120_000;

/**
 * A Postgres data directory, migrated, seeded and analysed, that databases are copied from: a tenth of a second against
 * initdb and seeding under a quota. Made once per Postgres version and per version of migrations and seed.
 *
 * @param apps folder with the bundled apps; `admin/migrate.mjs` is what fills it
 */
export async function databaseTemplate(
  postgres: InstalledPart,
  apps: string,
  options: { onProgress?: (what: string) => void; signal?: AbortSignal } = {},
): Promise<string> {
  const migrate = join(apps, 'admin', 'migrate.mjs');
  const key = createHash('sha256')
    .update(`${postgres.version} ${postgres.source}\n`)
    .update(await readFile(migrate))
    .update(dropOthers.toString())
    .digest('hex')
    .slice(0, 16);
  const folder = cacheFolder('templates', key);
  if (existsSync(join(folder, 'PG_VERSION'))) return folder;
  options.onProgress?.('making the database once (initdb, migrations, seed)');
  await mkdir(cacheFolder('templates'), { recursive: true });
  const partial = await mkdtemp(`${folder}.`);
  try {
    const data = join(partial, 'data');
    await initialise(postgres, data, options.signal);
    await fill(postgres, data, apps, options.signal);
    await rename(data, folder).catch((error: NodeJS.ErrnoException) => {
      // Another `up` was faster: its copy is as good.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    return folder;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function initialise(postgres: InstalledPart, data: string, signal?: AbortSignal): Promise<void> {
  const password = `${data}.password`;
  await writeFile(password, USER, { mode: 0o600 });
  const options = ['--pgdata', data, '--username', USER, `--pwfile=${password}`, '--auth=scram-sha-256'];
  // No sync: a copy that a power cut tears is made again, and the copies' own writes are synced as usual.
  await program(postgres, 'initdb', [...options, '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'], signal);
}

async function fill(
  postgres: InstalledPart,
  data: string,
  apps: string,
  signal?: AbortSignal,
): Promise<void> {
  // A socket of its own and no network: nothing can be in the way. In /tmp, for a socket's path must be short.
  const socket = await mkdtemp(join(tmpdir(), 'scaling-pg-'));
  const server = program(
    postgres,
    'postgres',
    ['-D', data, '-k', socket, '-c', 'listen_addresses=', '-c', 'fsync=off'],
    signal,
  );
  const ended = server.catch((error: Error) => error);
  try {
    const url = `postgres://${USER}:${USER}@${encodeURIComponent(socket)}`;
    await createDatabase(`${url}/postgres`, ended);
    await execa(process.execPath, ['migrate.mjs'], {
      cwd: join(apps, 'admin'),
      env: { DATABASE_URL: `${url}/${USER}` },
      timeout: SEED_DEADLINE_MS,
      ...(signal ? { cancelSignal: signal } : {}),
    });
    await dropOthers(`${url}/${USER}`);
  } catch (cause) {
    throw new Failure(`The database could not be made: ${(cause as Error).message}`, { where: data, cause });
  } finally {
    server.kill('SIGINT');
    await ended;
    await rm(socket, { recursive: true, force: true });
  }
}

/** Wait until the server accepts connections, then create the shop's database. `ended` settles when the server is gone. */
async function createDatabase(url: string, ended: Promise<unknown>): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS;
  let over: unknown = null;
  void ended.then((result) => {
    over = result;
  });
  for (;;) {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 10_000,
      query_timeout: 30_000,
    });
    try {
      await client.connect();
      await client.query(`CREATE DATABASE ${USER}`);
      return;
    } catch (cause) {
      if (over || Date.now() > deadline) throw over ?? cause;
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/**
 * Databases that nobody connects to are three quarters of the 1,300 files, and files are what a copy costs: where as
 * many were deleted within the last minute, ext4 takes a millisecond to find a place for a new one.
 */
async function dropOthers(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, query_timeout: 30_000 });
  await client.connect();
  try {
    await client.query('UPDATE pg_database SET datistemplate = false');
    for (const name of ['postgres', 'template0', 'template1']) await client.query(`DROP DATABASE ${name}`);
  } finally {
    await client.end();
  }
}

function program(
  postgres: InstalledPart,
  name: string,
  args: readonly string[],
  signal?: AbortSignal,
): ResultPromise {
  const path = postgres.programs[name];
  if (!path) throw new TypeError(`the part postgres has no program ${name}`);
  const [command = '', ...rest] = asDatabaseUser([path, ...args]);
  return execa(command, rest, {
    env: { ...postgres.environment, LANG: 'C.UTF-8' },
    forceKillAfterDelay: 5000,
    ...(signal ? { cancelSignal: signal } : {}),
  });
}
