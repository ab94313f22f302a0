import { type Run, type RunPlan, runLoad, type SideRun } from '../measure/run.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type Role, type Running, scenarioOf } from './contender.ts';

/** How much load each contender gets: requests per second, or users who ask again at once. */
export type Amounts = Readonly<Partial<Record<Role, number>>>;

export interface Load {
  readonly scenario: string;
  readonly mode: 'open' | 'closed';
  readonly amounts: Amounts;
  readonly lead: number;
  readonly duration: number;
  /** One after the other, where all at once do not fit on the machine. */
  readonly inTurn: boolean;
  readonly core: number | undefined;
  readonly signal: AbortSignal;
}

export interface Loaded {
  readonly sides: Readonly<Partial<Record<Role, SideRun>>>;
  readonly why: readonly string[];
}

const SLO_MS = 200;

/**
 * Loads all contenders at the same time: those of the shop from one k6, so that each meets the same generator, and the
 * reference, which gets another scenario, from a second one.
 */
export async function loadAll(runtime: Runtime, running: readonly Running[], load: Load): Promise<Loaded> {
  const places = running.map((contender, place) => ({ contender, side: `side_${place}` }));
  const shop = places.filter(({ contender }) => contender.role !== 'reference');
  const others = places.filter(({ contender }) => contender.role === 'reference');
  const groups = load.inTurn
    ? places.map((place) => [place])
    : [shop, others].filter(({ length }) => length > 0);
  const one = (group: typeof places): Promise<Run> => runLoad(runtime, planOf(group, load));
  const runs: Run[] = [];
  if (load.inTurn) for (const group of groups) runs.push(await one(group));
  else runs.push(...(await together(groups.map(one))));
  const measured: Readonly<Record<string, SideRun>> = Object.assign({}, ...runs.map((run) => run.sides));
  return {
    sides: Object.fromEntries(places.map(({ contender, side }) => [contender.role, measured[side]])),
    why: runs.flatMap((run) => run.why),
  };
}

function planOf(group: readonly { contender: Running; side: string }[], load: Load): RunPlan {
  const amount = ({ role }: Running): { rate?: number; vus?: number } => {
    const value = load.amounts[role] ?? 0;
    // In the open model a user for each request that may be waiting: none is to be dropped for want of one.
    return load.mode === 'open' ? { rate: value, vus: 10 + Math.ceil(value) } : { vus: value };
  };
  const [first] = group;
  if (first === undefined) throw new RangeError('a load needs a contender');
  return {
    scenario: scenarioOf(first.contender, load.scenario),
    mode: load.mode,
    sides: group.map(({ contender, side }) => ({ side, state: contender.state, ...amount(contender) })),
    lead: load.lead,
    duration: load.duration,
    step: 1,
    sloMs: SLO_MS,
    signal: load.signal,
    ...(load.core === undefined ? {} : { core: load.core }),
  };
}

/** When one fails, the other is waited for: it must not go on beside what comes next. */
async function together(runs: readonly Promise<Run>[]): Promise<Run[]> {
  const settled = await Promise.allSettled(runs);
  return settled.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
