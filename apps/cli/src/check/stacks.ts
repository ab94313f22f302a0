import { findScenario } from '../measure/scenarios.ts';
import { takeDown, withQuotas } from '../measure/stacks-aside.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type Contender, type Running, scenarioOf, upOptions } from './contender.ts';

/** The first contender's slot; the next ones follow. A learner's own stack (slot 0) is left alone. */
const FIRST_SLOT = 1;

/**
 * Boots every contender, without quotas, one after the other, each in the slot of its place. Leaves nothing when one of
 * them cannot; ends what a killed run left.
 */
export async function bootAll(
  runtime: Runtime,
  contenders: readonly Contender[],
  { scenario, signal }: { scenario: string; signal: AbortSignal },
): Promise<Running[]> {
  await downAll(runtime, contenders);
  const running: Running[] = [];
  try {
    for (const [place, contender] of contenders.entries()) {
      const { shows } = findScenario(scenarioOf(contender, scenario));
      const environment = shows === undefined ? {} : { environment: { SHOWS: String(shows) } };
      const slot = FIRST_SLOT + place;
      const options = { slot, unlimited: true, signal, ...environment, ...upOptions(contender) };
      running.push({ ...contender, state: await runtime.up(contender.stage, options) });
    }
    return running;
  } catch (error) {
    await downAll(runtime, contenders);
    throw error;
  }
}

/** Takes all down, and the records of their runs with them. */
export async function downAll(runtime: Runtime, contenders: readonly Contender[]): Promise<void> {
  await takeDown(
    runtime,
    contenders.map(({ stage }, place) => ({ stage, slot: FIRST_SLOT + place })),
  );
}

/** Quotas on; the states as they are from now on. */
export async function limitAll(runtime: Runtime, running: readonly Running[]): Promise<Running[]> {
  return await Promise.all(
    running.map(async (one) => ({ ...one, state: await withQuotas(runtime, one.state) })),
  );
}
