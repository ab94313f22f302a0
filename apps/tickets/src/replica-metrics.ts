import { Gauge } from 'prom-client';
import type { Replica } from './stores/replica.ts';

const watched = new Set<Replica>();

new Gauge({
  name: 'tickets_replica_lag_seconds',
  help: 'How long ago the primary wrote what the replica has yet to replay',
  labelNames: ['replica'],
  aggregator: 'max',
  collect() {
    for (const one of watched)
      if (Number.isFinite(one.lagMs)) this.set({ replica: one.name }, one.lagMs / 1000);
  },
});

new Gauge({
  name: 'tickets_replica_log_kept_bytes',
  help: 'Log that the primary keeps because a replica has yet to receive it',
  labelNames: ['replica'],
  aggregator: 'max',
  async collect() {
    this.reset();
    for (const { replica, bytes } of await logKept().catch(() => [])) this.set({ replica }, bytes);
  },
});

new Gauge({
  name: 'tickets_replica_up',
  help: '1 while the replica answers',
  labelNames: ['replica'],
  aggregator: 'min',
  collect() {
    for (const one of watched) this.set({ replica: one.name }, one.healthy ? 1 : 0);
  },
});

/** Asked when somebody looks. A slot is named after its replica. */
async function logKept(): Promise<{ replica: string; bytes: number }[]> {
  const leader = [...watched].find((one) => one.leads && one.healthy);
  if (leader === undefined) return [];
  return await leader.store.pool.rows(
    `select replace(slot_name, '_', '-') as replica,
       greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::float8 as bytes
     from pg_replication_slots where slot_type = 'physical' and restart_lsn is not null`,
  );
}

/** Shows these replicas' lag and health from now on. */
export function observeReplicas(replicas: readonly Replica[]): void {
  for (const one of replicas) watched.add(one);
}
