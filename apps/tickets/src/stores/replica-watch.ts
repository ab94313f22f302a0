import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../log.ts';
import { lagMeter } from './lag.ts';
import { lsnNumber } from './lsn.ts';
import type { Replica } from './replica.ts';

const EVERY_MS = 500;

/** Keeps asking the primary how far it has written and the replicas how far they have replayed. */
export function watch(
  primary: Replica,
  replicas: readonly Replica[],
): { stop(): void; first: Promise<void> } {
  const meter = lagMeter();
  const stopped = new AbortController();

  async function askPrimary(): Promise<void> {
    meter.primaryAt(lsnNumber(await primary.store.pool.position()));
    primary.healthy = true;
  }

  async function askReplica(replica: Replica): Promise<void> {
    replica.replayed = lsnNumber(await replica.store.pool.position());
    replica.lagMs = meter.lagMs(replica.replayed);
    if (!replica.healthy)
      log.info({ replica: replica.name, lagMs: Math.round(replica.lagMs) }, 'replica in use');
    replica.healthy = true;
  }

  async function round(): Promise<void> {
    // Without the primary's position the replicas count as near as they last were: reads go on while it is down.
    await askPrimary().catch((error) => setAside(primary, error));
    await Promise.all(
      replicas.map((replica) => askReplica(replica).catch((error) => setAside(replica, error))),
    );
  }

  async function repeat(): Promise<void> {
    while (!stopped.signal.aborted) {
      await round();
      // The wait ends early, by a rejection, when the watch is stopped.
      await sleep(EVERY_MS, undefined, { ref: false, signal: stopped.signal }).catch(() => undefined);
    }
  }

  const first = round();
  void first.then(repeat);
  return { first, stop: () => stopped.abort() };
}

/** Takes a database out of use for reading until it answers the watch again. */
export function setAside(replica: Replica, error: unknown): void {
  if (replica.healthy) log.warn({ replica: replica.name, err: error }, 'set aside for reading');
  replica.healthy = false;
}
