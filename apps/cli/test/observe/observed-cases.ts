import { afterAll, beforeAll, expect, it } from 'vitest';
import { dashboard } from '../../src/observe/dashboard.ts';
import { panelsOf } from '../../src/observe/panels/index.ts';
import { targets } from '../../src/observe/targets.ts';
import type { Runtime, StackState } from '../../src/runtime/runtime.ts';
import type { ComposeFile } from '../../src/stage/compose-service.ts';
import { type Lookouts, lookouts } from '../../src/stage/observed.ts';
import { readStage } from '../../src/stage/stages.ts';
import { until } from '../runtime/until.ts';
import { askPrometheus } from './ask-prometheus.ts';

const UP_MS = 240_000;
/** A box asks to be ready, is looked at every five seconds, and a rate needs two looks. */
const SEEN_MS = 60_000;

/** What `up --observe` shows of a real stack that people visit, in either runtime. */
export function observedCases(
  runtime: Runtime,
  { stage, slot, gone }: { stage: number; slot: number; gone: () => void },
): void {
  let file: ComposeFile;
  let state: StackState;
  let at: Lookouts;
  let visiting: NodeJS.Timeout;
  const ask = (expr: string) => askPrometheus(at.prometheus, expr, '15s');
  const watched = () => state.boxes.filter(({ kind }) => kind !== 'observer' && kind !== 'load');
  const names = (boxes: readonly { name: string }[]) => boxes.map(({ name }) => name).sort();
  const seenIn = async (expr: string) => (await ask(expr)).map(({ labels }) => labels.box).sort();

  beforeAll(async () => {
    await runtime.down({ stage, slot });
    file = await readStage(stage);
    state = await runtime.up(stage, { slot, observe: true });
    at = await lookouts(file, state);
    visiting = setInterval(() => void visit(state.entry), 200);
  }, UP_MS);
  afterAll(async () => {
    clearInterval(visiting);
    await runtime.down({ stage, slot });
    gone();
  }, UP_MS);

  it('Prometheus sees every box, and all are ready', async () => {
    const everyBox = async () => {
      const ready = (await ask('box_ready')).filter(({ value }) => value === 1);
      const seen = new Set(ready.map(({ labels }) => labels.box));
      return watched().every(({ name }) => seen.has(name));
    };
    await until('each box is ready in Prometheus', everyBox, SEEN_MS);
    const limited = watched().filter(({ cpus }) => cpus !== null);
    expect(limited).not.toEqual([]);
    // They come on when all boxes are ready, which may be after Prometheus looked.
    const quotas = async () => (await seenIn('box_quota_cores')).join() === names(limited).join();
    await until('the quota of each is in Prometheus', quotas, SEEN_MS);
  });

  it('asks those boxes that have something to tell themselves, and is answered by each', async () => {
    const expected = targets(state).map(({ labels }) => labels.box);
    expect(expected).not.toEqual([]);
    const answered = async () => (await seenIn('up{job="shop"} == 1')).join() === expected.toSorted().join();
    await until('each of them answers Prometheus', answered, SEEN_MS);
  });

  it('every graph of its dashboard can be drawn, those of boxes and requests with what happens now', async () => {
    const panels = panelsOf(file);
    for (const { queries } of panels) for (const { expr } of queries) await ask(expr);
    const [full, ...others] = panels;
    const drawn = async () => {
      const shares = await seenIn(full?.queries[0]?.expr ?? '');
      return watched().every(({ name, cpus }) => cpus === null || shares.includes(name));
    };
    await until(`${full?.title}: of each box with a quota`, drawn, SEEN_MS);
    const ofRoutes = others.filter(({ title }) => title.includes('by route'));
    expect(ofRoutes).not.toEqual([]);
    for (const { title, queries } of ofRoutes)
      await until(title, async () => (await ask(queries[0]?.expr ?? '')).length > 0, SEEN_MS);
  });

  // Natively there is none to be had.
  if (runtime.name === 'native') return;
  it('Grafana shows the stage’s dashboard, and asks that Prometheus', async () => {
    const home = await fetch(`${at.grafana}/api/dashboards/home`, { signal: AbortSignal.timeout(10_000) });
    const { dashboard: shown } = (await home.json()) as { dashboard: ReturnType<typeof dashboard> };
    const expected = dashboard(stage, file);
    expect(shown.title).toBe(expected.title);
    expect(shown.panels?.map(({ title }) => title)).toEqual(expected.panels?.map(({ title }) => title));
    const through = `${at.grafana}/api/datasources/proxy/uid/prometheus`;
    expect(await askPrometheus(through, 'up{job="boxes"}', '15s')).toMatchObject([{ value: 1 }]);
  });
}

/** A visitor whom a box under its quota may keep waiting, or turn away: what counts is that some come. */
async function visit(entry: string): Promise<void> {
  const answer = await fetch(`${entry}/shows/1`, { signal: AbortSignal.timeout(5000) }).catch(() => null);
  await answer?.arrayBuffer().catch(() => null);
}
