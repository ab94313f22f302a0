/** One stack under load. Two of them in one run are loaded at the same time, each by a k6 scenario named after its side. */
export interface Target {
  readonly side: string;
  /** Without a slash at the end. */
  readonly url: string;
  readonly region?: string;
  /** Where the cursor over free seats starts: everything below it is sold already. */
  readonly seatOffset?: number;
  /** Iterations per second (open) and virtual users (closed), where this side's differ from RATE and VUS. */
  readonly rate?: number;
  readonly vus?: number;
  /** Only in a script that plays several (`beside.ts`): which of them. */
  readonly scenario?: string;
  /** It is asked in every `of`th slice of so many seconds only, in the `own`th: nobody else is meanwhile. */
  readonly slices?: Slices;
  /** Open model: arrivals that rise and fall. The first part's rate is where they begin. */
  readonly course?: readonly Part[];
}

/** So many iterations per second at its end, reached evenly over so many seconds. */
export interface Part {
  readonly rate: number;
  readonly seconds: number;
}

export interface Slices {
  readonly of: number;
  readonly own: number;
  readonly seconds: number;
}
