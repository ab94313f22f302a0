import { environment } from '../environment.ts';
import { cluster } from '../stores/cluster.ts';

/** `replay.mjs pause|resume`: lets the replicas fall behind, for the lesson on stale reads. They still answer meanwhile. */
const calls = { pause: 'pg_wal_replay_pause', resume: 'pg_wal_replay_resume' };
const asked = process.argv[2];
if (asked !== 'pause' && asked !== 'resume') throw new Error('replay.mjs takes pause or resume');

const { members, dependencies } = await cluster(await environment());
const replicas = members.filter((one) => one.healthy && !one.writable);
for (const replica of replicas) await replica.store.pool.rows(`select ${calls[asked]}()`);
for (const dependency of dependencies) await dependency.close();
process.stdout.write(`${JSON.stringify({ asked, replicas: replicas.map((replica) => replica.name) })}\n`);
