import { ACTIONS } from './record.ts';
import { settings, stepCount } from './settings.ts';

/** k6's own summary, the part that is used here. */
interface SummaryData {
  readonly metrics: Readonly<
    Record<string, { readonly values: Readonly<Record<string, number>> } | undefined>
  >;
}

function latencyOf(values: Readonly<Record<string, number>> | undefined) {
  if (values === undefined || (values.count ?? 0) === 0) return null;
  return {
    count: values.count,
    p50Ms: values.med,
    p95Ms: values['p(95)'],
    p99Ms: values['p(99)'],
    maxMs: values.max,
  };
}

function summarise(data: SummaryData, side: string) {
  const values = (name: string) => data.metrics[`${name}_${side}`]?.values;
  const steps = Array.from({ length: stepCount }, (_, step) => {
    const within = values(`within_${step}`);
    const good = within?.passes ?? 0;
    return { completions: good + (within?.fails ?? 0), within: good };
  });
  return {
    /** Milliseconds since 1970; null: not one iteration ran. */
    startedAt: values('started')?.value ?? null,
    requests: values('latency')?.count ?? 0,
    purchases: values('purchases')?.count ?? 0,
    soldOut: values('sold_out')?.count ?? 0,
    wrong: {
      transport: values('wrong_transport')?.count ?? 0,
      status: values('wrong_status')?.count ?? 0,
      shape: values('wrong_shape')?.count ?? 0,
    },
    dropped: data.metrics[`dropped_iterations{scenario:${side}}`]?.values.count ?? 0,
    latency: latencyOf(values('latency')),
    actions: Object.fromEntries(
      ACTIONS.map((action) => [action, latencyOf(values(`action_${action}`))]).filter(
        ([, latency]) => latency !== null,
      ),
    ),
    steps,
    /** Files that came through an edge; null: none did. */
    files: values('file_bytes') === undefined ? null : filesOf(values),
  };
}

function filesOf(values: (name: string) => Readonly<Record<string, number>> | undefined) {
  const count = (name: string): number => values(name)?.count ?? 0;
  const [hits, neighbour, misses] = [count('file_hits'), count('file_neighbour'), count('file_misses')];
  return { requests: hits + neighbour + misses, bytes: count('file_bytes'), hits, neighbour, misses };
}

/** The run as one JSON document: into $RESULTS/summary.json, or to the terminal. */
export function handleSummary(data: SummaryData): Record<string, string> {
  const { mode, lead, duration, step, slo, rate, vus } = settings;
  const summary = {
    settings: { mode, lead, duration, step, slo, rate, vus },
    sides: Object.fromEntries(settings.targets.map(({ side }) => [side, summarise(data, side)])),
  };
  const where = settings.results === '' ? 'stdout' : `${settings.results}/summary.json`;
  return { [where]: `${JSON.stringify(summary, null, 2)}\n` };
}
