import { environment } from '../environment.ts';
import { pool } from '../stores/pool.ts';

/** `replay.mjs pause|resume`: lets the replicas fall behind, for the lesson on stale reads. They still answer meanwhile. */
const calls = { pause: 'pg_wal_replay_pause', resume: 'pg_wal_replay_resume' };
const asked = process.argv[2];
if (asked !== 'pause' && asked !== 'resume') throw new Error('replay.mjs takes pause or resume');

const env = await environment();
const replicas = env.replicaUrls.map((url) => pool(url, env));
for (const replica of replicas) {
  await replica.rows(`select ${calls[asked]}()`);
  await replica.close();
}
process.stdout.write(`${JSON.stringify({ asked, replicas: replicas.map((replica) => replica.name) })}\n`);
