import type { Runtime, StackId } from '../../src/runtime/runtime.ts';

export interface Used {
  /** Of one core, while the work ran. */
  readonly cpuShare: number;
  readonly throttledMicros: number;
  readonly throttledPeriods: number;
}

/** What a box used while some work ran. */
export async function delta(
  runtime: Runtime,
  id: StackId,
  box: string,
  work: () => Promise<void>,
): Promise<Used> {
  const look = async () => {
    const found = (await runtime.usage(id)).find((each) => each.box === box);
    if (!found) throw new Error(`no usage of ${box}`);
    return { ...found, at: performance.now() };
  };
  const before = await look();
  await work();
  const after = await look();
  return {
    cpuShare: (after.cpuMicros - before.cpuMicros) / ((after.at - before.at) * 1000),
    throttledMicros: after.throttledMicros - before.throttledMicros,
    throttledPeriods: after.throttledPeriods - before.throttledPeriods,
  };
}

/** One client that asks again as soon as it is answered, for so many milliseconds. */
export async function askFor(ms: number, url: string): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    await answer.arrayBuffer();
  }
}
