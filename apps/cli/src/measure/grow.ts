import { rm } from 'node:fs/promises';
import type { Runtime, StackState, UpOptions } from '../runtime/runtime.ts';
import { readStage } from '../stage/stages.ts';
import { atLimit, type Grown, type GrowRequest, SECONDS, warm } from './grow-at-limit.ts';
import { type Provenance, provenance } from './provenance.ts';
import { findScenario } from './scenarios.ts';
import { startSpinner } from './spinner.ts';
import { recordsFolder } from './stack-records.ts';
import { limiterReasons } from './validity.ts';

export interface Growth {
  readonly stage: number;
  readonly scenario: string;
  /** One database that grows. */
  readonly up: readonly Grown[];
  /** More databases. */
  readonly out: readonly Grown[];
  readonly why: readonly string[];
  readonly provenance: Provenance;
}

const SCENARIO = 'reserve';
const SIZES = [1, 2, 4];
const SHARDS = [2, 4];
/** A learner's own stack (slot 0) is left alone. */
const SLOT = 1;

/**
 * A bigger database, or more of them? The stage before with its one database at once, twice and four times its quota,
 * against this stage with two and four shards of the ordinary size; writes only, each at its limit, one after the other.
 */
export async function grow(runtime: Runtime, stage: number, request: GrowRequest): Promise<Growth> {
  const startedAt = new Date();
  const states: StackState[] = [];
  const up: Grown[] = [];
  const out: Grown[] = [];
  const spinner = await startSpinner();
  try {
    // As many apps as the shards have before them, or these would be what is measured.
    const apps = (await readStage(stage)).services.reservations?.scale ?? 1;
    await withStack(runtime, stage - 1, { scale: { reservations: apps } }, request, async (booted) => {
      const state = await warm(runtime, booted, SCENARIO, request.signal);
      states.push(state);
      for (const size of SIZES) {
        const databases = { service: 'db-reservations', size, scenario: SCENARIO };
        up.push(await atLimit(runtime, state, databases, request));
      }
    });
    for (const shards of SHARDS) {
      await withStack(
        runtime,
        stage,
        { environment: { SHARDS: String(shards) } },
        request,
        async (booted) => {
          const state = await warm(runtime, booted, SCENARIO, request.signal);
          states.push(state);
          const databases = { service: 'shard', size: 1, scenario: SCENARIO };
          out.push(await atLimit(runtime, state, databases, request));
        },
      );
    }
  } finally {
    await spinner?.stop();
  }
  const base = up[0]?.rps ?? 0;
  const relative = (grown: Grown): Grown => ({ ...grown, ratio: base === 0 ? 0 : grown.rps / base });
  return {
    stage,
    scenario: SCENARIO,
    up: up.map(relative),
    out: out.map(relative),
    why: [
      ...limiterReasons(states[0]?.limiter ?? 'none'),
      ...new Set([...up, ...out].flatMap(({ why }) => why)),
    ],
    provenance: await provenance({
      runtime,
      stacks: [...states.slice(0, 1), ...states.slice(-1)],
      scenario: SCENARIO,
      load: 'closed loop',
      durationSeconds: (SIZES.length + SHARDS.length) * SECONDS.measure,
      conditions: [
        'one after the other: two such figures differ by up to a fifth without a reason',
        spinner === null ? 'no spinner' : 'spinner',
      ],
      startedAt,
    }),
  };
}

/** A stack of its own, without quotas yet, and nothing of it left afterwards. */
async function withStack(
  runtime: Runtime,
  stage: number,
  options: Pick<UpOptions, 'scale' | 'environment'>,
  { signal, onProgress }: GrowRequest,
  use: (state: StackState) => Promise<void>,
): Promise<void> {
  const id = { stage, slot: SLOT };
  const { shows } = findScenario(SCENARIO);
  const { SHARDS: dealt } = options.environment ?? {};
  onProgress(`stage ${stage}${dealt === undefined ? '' : ` with ${dealt} shards`}`);
  await runtime.down(id);
  try {
    const environment = { SHOWS: String(shows), ...options.environment };
    await use(await runtime.up(stage, { ...options, environment, slot: SLOT, unlimited: true, signal }));
  } finally {
    await runtime.down(id);
    await rm(recordsFolder(id), { recursive: true, force: true });
  }
}
