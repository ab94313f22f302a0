import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import pg from 'pg';
import { Failure } from '../failure.ts';
import { providePart } from '../parts/index.ts';
import { appsBundle } from '../runtime/native/apps-bundle.ts';
import { asDatabaseUser } from '../runtime/native/database-user.ts';
import { databaseTemplate } from '../runtime/native/template.ts';

const START_LIMIT_MS = 20_000;

export interface BenchDatabase {
  /** Address of a database that holds the seed's shows. */
  url(name: string): string;
  stop(): Promise<void>;
}

/** A Postgres of the bench's own, with a seeded database for each name. */
export async function startDatabase(
  names: readonly string[],
  port: number,
  onProgress: (what: string) => void,
): Promise<BenchDatabase> {
  const postgres = await providePart('postgres', { onProgress });
  const template = await databaseTemplate(postgres, await appsBundle(), { onProgress });
  const folder = await mkdtemp(join(tmpdir(), 'scaling-floor-'));
  const data = join(folder, 'data');
  await cp(template, data, { recursive: true });
  const settings = [
    'listen_addresses=127.0.0.1',
    'shared_buffers=64MB',
    'fsync=off',
    `unix_socket_directories=`,
  ];
  const [command = '', ...args] = asDatabaseUser([
    postgres.programs.postgres ?? '',
    ...['-D', data, '-p', String(port)],
    ...settings.flatMap((setting) => ['-c', setting]),
  ]);
  const server = execa(command, args, {
    env: postgres.environment,
    reject: false,
    forceKillAfterDelay: 5000,
  });
  const url = (name: string) => `postgres://tickets:tickets@127.0.0.1:${port}/${name}`;
  const stop = async () => {
    server.kill('SIGINT');
    await server;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const name of names) await create(url('tickets'), name);
  } catch (cause) {
    await stop();
    throw new Failure('The database for the measurement does not start.', {
      where: (await server).stderr.slice(-2000),
      cause,
    });
  }
  return { url, stop };
}

async function create(url: string, name: string): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    try {
      await client.connect();
      await client.query(`create database ${name} template tickets`);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
