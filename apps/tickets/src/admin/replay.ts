import { setTimeout as sleep } from 'node:timers/promises';
import { environment } from '../environment.ts';
import { cluster } from '../stores/cluster.ts';
import type { Replica } from '../stores/replica.ts';

/**
 * `replay.mjs pause|resume|state`: lets the replicas fall behind, for the lesson on stale reads. They still answer
 * reads. Prints the state that each of them is in afterwards: the functions only ask for a pause.
 */
const calls = { pause: 'pg_wal_replay_pause', resume: 'pg_wal_replay_resume', state: undefined };
const STATE = `select pg_get_wal_replay_pause_state() as state, pg_last_wal_replay_lsn()::text as position`;
const PAUSE_LIMIT_MS = 3000;
const asked = process.argv[2];
if (asked !== 'pause' && asked !== 'resume' && asked !== 'state')
  throw new Error('replay.mjs takes pause, resume or state');

async function settled({
  store: { pool },
}: Replica): Promise<{ state: string; position: string } | undefined> {
  const deadline = performance.now() + PAUSE_LIMIT_MS;
  for (;;) {
    const [found] = await pool.rows<{ state: string; position: string }>(STATE);
    if (found?.state !== 'pause requested' || performance.now() > deadline) return found;
    await sleep(20);
  }
}

const { members, dependencies } = await cluster(await environment());
const replicas = members.filter((one) => one.healthy && !one.writable);
const call = calls[asked];
if (call !== undefined) for (const replica of replicas) await replica.store.pool.rows(`select ${call}()`);
const states: { name: string; state?: string; position?: string }[] = [];
for (const replica of replicas) states.push({ name: replica.name, ...(await settled(replica)) });
for (const dependency of dependencies) await dependency.close();
process.stdout.write(`${JSON.stringify({ asked, replicas: states })}\n`);
