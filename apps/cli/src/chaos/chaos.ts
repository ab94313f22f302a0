import { setMaxListeners } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Provenance, provenance } from '../measure/provenance.ts';
import type { Runtime, StackState } from '../runtime/runtime.ts';
import type { ComposeFile } from '../stage/compose-service.ts';
import { checkPromises, dataThrownAway, promisedBy } from './check-promises.ts';
import { startClients } from './clients/all.ts';
import { readFinal } from './final.ts';
import { type Done, type Journal, newJournal } from './journal.ts';
import { streamsLeftOpen } from './leaks.ts';
import type { Menu } from './menu.ts';
import { play } from './play.ts';
import { keepRecord, recordFolder } from './record.ts';
import { resolveUnknown } from './resolve.ts';
import type { Schedule } from './schedule.ts';
import { settle } from './settle.ts';
import { sitesOf } from './sites.ts';
import { StackGone, type Subject, stateOf, upInFreeSlot } from './stack.ts';
import { type Counts, countsOf, reasonsForVoid, type Shown, showing } from './verdict.ts';

export interface ChaosRequest {
  readonly file: ComposeFile;
  readonly menu: Menu;
  readonly schedule: Schedule;
  /** Every box gets a network of its own: only then can packets be dropped. */
  readonly isolated: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
  readonly onStep: (done: Done) => void;
}

/** What came of a run; with `--json`, the document that is printed. */
export interface Chaos {
  readonly stage: number;
  readonly seed: number;
  readonly minutes: number;
  readonly verdict: 'holds' | 'violated' | 'void';
  /** Why the run says nothing. */
  readonly why: readonly string[];
  readonly violations: readonly Shown[];
  /** Operations of the clients by kind and outcome. */
  readonly operations: Readonly<Record<string, Counts>>;
  /** Event streams that were opened, and events that they brought. */
  readonly streams: { readonly opened: number; readonly events: number };
  /** What was done to the stack, by fault or verb. */
  readonly steps: Readonly<
    Record<string, { readonly done: number; readonly failed: number; readonly cutShort: number }>
  >;
  readonly skipped: Menu['skipped'];
  /** Holds schedule.json, history.jsonl, streams.json, steps.json and final.json. */
  readonly record: string;
  readonly provenance: Provenance;
}

/** Unknown outcomes are asked for so long. */
const RESOLVE_LIMIT_MS = 60_000;
/** Clients go on for so long once everything is healed: then what is promised of a quiet stack can be checked. */
const CALM_MS = 20_000;
/** By then every cached map has run out, and every event has reached its streams. */
const REST_MS = 6000;

/**
 * Runs one schedule against a stack of its own while clients buy, cancel, read and watch; heals everything; holds what the
 * clients were told against what is there, and against every promise. The stack is taken down whatever happens.
 */
export async function chaos(runtime: Runtime, request: ChaosRequest): Promise<Chaos> {
  const { file, schedule, isolated, signal, onProgress } = request;
  const { stage } = schedule;
  onProgress(`stage ${stage} comes up`);
  const state = await upInFreeSlot(runtime, stage, { isolated, signal });
  const stack: Subject = { runtime, id: { stage, slot: state.slot }, file };
  try {
    // What is asked of a stack cannot be called off. After Ctrl-C its end is not waited for: the stack goes at once.
    return await Promise.race([disturb(stack, state, request), aborted(signal)]);
  } finally {
    onProgress('down');
    await runtime.down(stack.id);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
}

async function disturb(stack: Subject, state: StackState, request: ChaosRequest): Promise<Chaos> {
  const { schedule, menu, onProgress } = request;
  const { stage, seed, minutes } = schedule;
  const startedAt = new Date();
  const journal = newJournal();
  const found = await findings(stack, state, { ...request, journal });
  const why = [...found.why, ...reasonsForVoid(journal)];
  const violations = found.violations.map((each) => showing(each, journal.done));
  onProgress('writing the record');
  const record = recordFolder(schedule, startedAt);
  await keepRecord(record, { schedule, journal, final: found.final });
  return {
    stage,
    seed,
    minutes,
    verdict: violations.length > 0 ? 'violated' : why.length > 0 ? 'void' : 'holds',
    why,
    violations,
    operations: countsOf(journal.history),
    streams: {
      opened: journal.streams.length,
      events: journal.streams.reduce((sum, { events }) => sum + events.length, 0),
    },
    steps: stepsOf(journal.done),
    skipped: menu.skipped,
    record,
    provenance: await provenance({
      runtime: stack.runtime,
      stacks: [state],
      scenario: 'chaos',
      load: `seed ${seed}`,
      durationSeconds: Math.round(minutes * 60),
      conditions: ['disturbed on purpose', ...(request.isolated ? ['a network for each box'] : [])],
      startedAt,
    }),
  };
}

interface Found {
  readonly why: readonly string[];
  readonly violations: ReturnType<typeof checkPromises>;
  readonly final: Awaited<ReturnType<typeof readFinal>> | null;
}

async function findings(
  stack: Subject,
  state: StackState,
  request: ChaosRequest & { readonly journal: Journal },
): Promise<Found> {
  const { schedule, menu, journal, signal, onProgress, onStep, file } = request;
  const sites = await sitesOf(file, state);
  const given = new AbortController();
  const both = AbortSignal.any([signal, given.signal]);
  // Every request that is under way listens.
  setMaxListeners(0, both);
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const crowd = startClients(journal, { sites, seed: schedule.seed, signal: both });
  try {
    onProgress(`${schedule.steps.length} steps within ${schedule.minutes} minutes`);
    await play(stack, schedule, { journal, signal: both, onStep });
    onProgress('healing');
    const from = Date.now();
    const unhealed = await settle(stack, menu, { signal: both });
    if (unhealed !== null) return { why: [unhealed], violations: dataThrownAway(journal.done), final: null };
    journal.healing = { from, to: Date.now() };
    onProgress('calm');
    await sleep(CALM_MS, undefined, { signal: both });
    await crowd.stop();
    delay.disable();
    journal.standstillMs = Math.round(delay.max / 1e6);
    onProgress('asking again for what is unknown');
    const deadline = Date.now() + RESOLVE_LIMIT_MS;
    const open = await resolveUnknown(journal, { site: sites[0] ?? '', deadline, signal: both });
    await sleep(REST_MS, undefined, { signal: both });
    onProgress('reading what is there');
    await crowd.close();
    const reading = readFinal(stack.runtime, await stateOf(stack), both);
    const [final, leaks] = await Promise.all([reading, streamsLeftOpen(stack, both)]);
    return {
      why: [
        ...(open > 0 ? [`${open} outcomes stay unknown: the shop did not answer`] : []),
        ...(final.isDrained ? [] : ['the queue did not drain in time']),
      ],
      violations: [
        ...checkPromises(journal, final, promisedBy(schedule.stage), menu.databases),
        ...dataThrownAway(journal.done),
        ...leaks,
      ],
      final,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StackGone) return { why: [error.message], violations: [], final: null };
    return {
      why: [`what is there could not be read: ${(error as Error).message}`],
      violations: [],
      final: null,
    };
  } finally {
    given.abort(new Error('the run is over'));
    await Promise.allSettled([crowd.stop(), crowd.close()]);
  }
}

function stepsOf(done: readonly Done[]): Chaos['steps'] {
  const counts: Record<string, { done: number; failed: number; cutShort: number }> = {};
  for (const { step, outcome, cutShort } of done) {
    const name = step.type === 'fault' ? step.fault : step.verb;
    const count = counts[name] ?? { done: 0, failed: 0, cutShort: 0 };
    count[outcome === 'done' ? 'done' : 'failed'] += 1;
    count.cutShort += cutShort;
    counts[name] = count;
  }
  return counts;
}
