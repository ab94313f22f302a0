/** What a stage has, as far as it decides what is worth looking at. */
export interface Seen {
  /** Kinds of its boxes. */
  readonly kinds: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  /** There are several instances of the app. */
  readonly manyApps: boolean;
}

export interface Query {
  /** PromQL; `$__rate_interval` is Grafana's: at least four scrapes. */
  readonly expr: string;
  /** `{{box}}` stands for a label's value. */
  readonly legend: string;
}

/** One graph: a question in words, and the queries that answer it. */
export interface Panel {
  readonly title: string;
  /** What a reader should know to read it rightly. */
  readonly about: string;
  /** A unit of Grafana's: https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
  readonly unit: 'percentunit' | 'reqps' | 's' | 'bytes' | 'Bps' | 'short' | 'cps';
  readonly queries: readonly Query[];
  /** Drawn as a line: the quota, the SLO. */
  readonly line?: number;
  /** Absent: every stage has it. */
  readonly when?: (stage: Seen) => boolean;
}

/** What is taken per second, over a time that Grafana chooses by the picture's width. */
export function perSecond(counter: string): string {
  return `rate(${counter}[$__rate_interval])`;
}
