import type { Target } from './target.ts';

export interface Settings {
  readonly targets: readonly Target[];
  /** `open`: arrivals at a rate, whatever the answers take. `closed`: each user waits for an answer before asking again. */
  readonly mode: 'open' | 'closed';
  /** Iterations per second of each side. */
  readonly rate: number;
  /** Virtual users of each side. Open model: 0 means as many as 1.5 s of standstill would need. */
  readonly vus: number;
  /** Seconds at the start that are not counted. */
  readonly lead: number;
  /** Seconds that are counted. */
  readonly duration: number;
  /** Width in seconds of the steps that completions and the share within the SLO are counted in. */
  readonly step: number;
  /** A good answer comes within this many milliseconds. */
  readonly slo: number;
  /** Names this run in idempotency keys. */
  readonly run: string;
  /** Every answer is written down with its moment (timeline.ts): costs CPU, so for modest rates only. */
  readonly timeline: boolean;
  /** Folder for summary.json; empty: print it. */
  readonly results: string;
}

function number(name: string, fallback: number): number {
  const text = __ENV[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name}=${text}: a number ≥ 0 is needed`);
  return value;
}

function mode(): Settings['mode'] {
  const text = __ENV.MODE ?? 'open';
  if (text !== 'open' && text !== 'closed') throw new Error(`MODE=${text}: open or closed`);
  return text;
}

/** The run's settings, all of them from the environment, so that a script can be run by hand: `k6 run mixed.ts`. */
export const settings: Settings = {
  targets: JSON.parse(
    __ENV.TARGETS ?? JSON.stringify([{ side: 'this', url: __ENV.URL ?? 'http://localhost:8001' }]),
  ),
  mode: mode(),
  rate: number('RATE', 20),
  vus: number('VUS', 0),
  lead: number('LEAD', 1.5),
  duration: number('DURATION', 20),
  step: Math.max(1, number('STEP', 5)),
  slo: number('SLO', 200),
  run: __ENV.RUN ?? `hand-${Date.now()}`,
  timeline: __ENV.TIMELINE === 'on',
  results: __ENV.RESULTS ?? '',
};

export const stepCount = Math.ceil(settings.duration / settings.step);

export function targetOf(side: string): Target {
  const target = settings.targets.find((candidate) => candidate.side === side);
  if (target === undefined) throw new Error(`no target for side ${side}`);
  return target;
}
