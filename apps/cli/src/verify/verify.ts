import { type Past, readJournal } from '../failover/journal.ts';
import { readRecords } from '../measure/stack-records.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import { readAcknowledged } from './acknowledged.ts';
import { type Audit, audit } from './audit.ts';
import { readLedger } from './ledger.ts';

export interface Verification extends Audit {
  readonly stage: number;
  /** Load runs since `up`, or since the shop was last emptied. */
  readonly runs: number;
  /** Failovers since `up`. One that was asynchronous (`sync: "off"`) may have lost what was acknowledged before it. */
  readonly failovers: readonly Past[];
}

/** Holds what the load runs' buyers were told against the stack's database. */
export async function verify(runtime: Runtime, state: StackState): Promise<Verification> {
  const { runs } = await readRecords(state);
  const { answers, cancelled } = await readAcknowledged(runs);
  return {
    stage: state.stage,
    ...audit(answers, cancelled, await readLedger(runtime, state)),
    runs: runs.length,
    failovers: (await readJournal(state)).past,
  };
}
