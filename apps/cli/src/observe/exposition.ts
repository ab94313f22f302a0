import type { Box, Usage } from '../runtime/runtime.ts';

/** What is known of the boxes at one moment. */
export interface Look {
  readonly boxes: readonly Pick<
    Box,
    'name' | 'service' | 'kind' | 'state' | 'address' | 'cpus' | 'restarts'
  >[];
  readonly usage: readonly Usage[];
}

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  /** Value by box; a box that is not in it has none. */
  readonly values: readonly (readonly [box: string, value: number])[];
}

/**
 * What every box has used, in Prometheus' text format
 * (https://prometheus.io/docs/instrumenting/exposition_formats/): seconds and bytes, its quota in cores, whether it is
 * ready. A box without quota has no `box_quota_cores`.
 */
export function exposition({ boxes, usage }: Look): string {
  const labels = new Map(
    boxes.map(({ name, service, kind }) => [name, `{box="${name}",service="${service}",kind="${kind}"}`]),
  );
  const used = (of: (each: Usage) => number) => usage.map((each) => [each.box, of(each)] as const);
  const families: Family[] = [
    {
      name: 'box_cpu_seconds_total',
      type: 'counter',
      help: 'CPU time',
      values: used(({ cpuMicros }) => cpuMicros / 1e6),
    },
    {
      name: 'box_cpu_throttled_seconds_total',
      type: 'counter',
      help: 'Time that it stood still because its quota was used up',
      values: used(({ throttledMicros }) => throttledMicros / 1e6),
    },
    {
      name: 'box_cpu_periods_total',
      type: 'counter',
      help: 'Periods of its quota in which it had work',
      values: used(({ periods }) => periods),
    },
    {
      name: 'box_cpu_throttled_periods_total',
      type: 'counter',
      help: 'Those in which its quota was used up before the end',
      values: used(({ throttledPeriods }) => throttledPeriods),
    },
    {
      name: 'box_memory_bytes',
      type: 'gauge',
      help: 'Memory in use',
      values: used(({ memoryBytes }) => memoryBytes),
    },
    {
      name: 'box_quota_cores',
      type: 'gauge',
      help: 'Share of one core that it may use',
      values: boxes.flatMap(({ name, cpus }) => (cpus === null ? [] : [[name, cpus] as const])),
    },
    {
      name: 'box_ready',
      type: 'gauge',
      help: '1 while it is ready',
      values: boxes.map(({ name, state }) => [name, state === 'ready' ? 1 : 0]),
    },
    {
      name: 'box_restarts_total',
      type: 'counter',
      help: 'How often its restart policy restarted it',
      values: boxes.map(({ name, restarts }) => [name, restarts]),
    },
  ];
  return families.map((family) => rendered(family, labels)).join('');
}

function rendered({ name, type, help, values }: Family, labels: ReadonlyMap<string, string>): string {
  const samples = values.flatMap(([box, value]) =>
    labels.has(box) ? [`${name}${labels.get(box)} ${value}\n`] : [],
  );
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.join('')}`;
}
