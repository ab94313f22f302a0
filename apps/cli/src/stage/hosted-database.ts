import pg from 'pg';
import { Failure } from '../failure.ts';
import type { ComposeFile } from './compose-service.ts';

const LIMIT_MS = 5000;
/** A table that only the shop makes: where it is, the others are the shop's too. */
const OURS = 'schema_migrations';

const TABLES = `
select c.relname as name from pg_class c
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1`;

/**
 * Points a stage's app at a database that is already there; returns the services that it replaces. The app itself makes
 * its tables and its seed there when it starts and finds none. Sets DATABASE_URL in `environment`.
 *
 * @throws Failure when it cannot be reached, or holds somebody else's tables.
 */
export async function hostedDatabase(
  file: ComposeFile,
  stage: number,
  url: string,
  environment: Record<string, string>,
): Promise<readonly string[]> {
  const databases = Object.values(file.services).filter(({ labels }) => labels['scaling.kind'] === 'db');
  const [database] = databases;
  if (database === undefined)
    throw new Failure(`Stage ${stage} has its database in the same box as the app.`, {
      next: 'From stage 2 on it has one of its own, which a hosted one can replace.',
    });
  if (Object.values(file.services).some(({ labels }) => labels['scaling.kind'] === 'replica'))
    throw new Failure(`Stage ${stage} replicates its own database; a hosted one brings its own replicas.`, {
      next: 'Stages 2 and 3 take --database-url.',
    });
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol))
    throw new Failure(`--database-url takes postgres://USER:PASSWORD@HOST:PORT/DATABASE.`);
  const tables = await tablesOf(url);
  if (tables.length > 0 && !tables.includes(OURS))
    throw new Failure(`The database holds tables that are not the shop's: ${some(tables)}.`, {
      where: shown(url),
      next: 'Name an empty database: the shop makes its own tables there.',
    });
  environment.DATABASE_URL = url;
  return [database.name];
}

async function tablesOf(url: string): Promise<string[]> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: LIMIT_MS,
    query_timeout: LIMIT_MS,
  });
  // A connection that breaks says so by the query too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<{ name: string }>(TABLES)).rows.map(({ name }) => name);
  } catch (cause) {
    throw new Failure(`The database cannot be used: ${(cause as Error).message || 'it does not answer'}.`, {
      where: shown(url),
      next: 'Try the same address with psql.',
      cause,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

function some(tables: readonly string[]): string {
  const first = tables.slice(0, 3).join(', ');
  return tables.length > 3 ? `${first} and ${tables.length - 3} more` : first;
}

/** Without its password. */
function shown(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || 5432}${pathname}`;
}
