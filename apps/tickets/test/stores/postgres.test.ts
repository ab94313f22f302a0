import { afterAll, beforeAll } from 'vitest';
import { migrate, pool, postgres } from '../../src/index.ts';
import { startPostgres, type TestPostgres } from '../postgres/index.ts';
import { settings } from '../settings.ts';
import { contract } from './contract.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

contract('one Postgres', async () => {
  const env = settings(await server.database('contract'));
  const primary = pool(env.databaseUrl, env);
  await migrate(primary, env);
  return {
    store: postgres(primary),
    change: (statement) => server.ask(statement, 'contract'),
    close: () => primary.close(),
  };
});
