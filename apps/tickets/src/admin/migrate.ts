import { migrate } from '../stores/migrate.ts';
import { run } from './run.ts';

/** Makes the database ready to serve: tables, seed, statistics. */
await run(async (primary, env) => {
  await migrate(primary, env);
  const [counts] = await primary.rows<{ shows: number; seats: number }>(
    'select (select count(*)::int from shows) as shows, (select count(*)::int from seats) as seats',
  );
  return counts;
});
