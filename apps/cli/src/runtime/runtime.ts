/**
 * What a verb can ask of a running stack, whatever runs it. Two implementations, one contract suite
 * (`test/runtime/contract.ts`): `compose` drives a Docker engine, `native` runs each box as real local processes.
 */

/** What caps the boxes' CPU: printed with every figure. Without one, a gain claimed for quota'd boxes is void. */
export type Limiter = 'cgroup-v2' | 'cgroup-v1' | 'docker' | 'stop-and-go' | 'none';

export type BoxState = 'starting' | 'ready' | 'unhealthy' | 'paused' | 'killed' | 'exited';

/** One box: an instance of a service of the stage's compose.yaml, e.g. `app-2` of `app`; `db` where there is one only. */
export interface Box {
  /** `app-1`, `app-2` … for a service that can be scaled, else the service's own name. */
  readonly name: string;
  readonly service: string;
  /** `app`, `db`, `lb` … the `scaling.kind` label. */
  readonly kind: string;
  readonly state: BoxState;
  /** Address without port, reachable from where k6 runs. */
  readonly address: string;
  /** Share of one core it may use; null: unlimited. */
  readonly cpus: number | null;
  /** How often it was restarted by its restart policy (a run during which this moves is void). */
  readonly restarts: number;
  /** Process id in the caller's namespace, where there is one. */
  readonly pid: number | null;
}

/** Which copy of a stage: slot 0 is the learner's own, higher slots are booted by measurements and tests. */
export interface StackId {
  readonly stage: number;
  readonly slot: number;
}

export interface StackState {
  readonly stage: number;
  readonly slot: number;
  readonly runtime: 'compose' | 'native';
  readonly limiter: Limiter;
  /** From `up` to every box ready, in milliseconds. */
  readonly readyMs: number;
  readonly startedAt: string;
  /** The published site, `http://localhost:800N` in slot 0. From stage 3 on, each client has limits there. */
  readonly site: string;
  /** Where load goes: the entry box, `http://ADDRESS:8080`, reachable from the load box. No client has limits there. */
  readonly entry: string;
  /** Where the mail box shows what it received, for a person. */
  readonly mail: string;
  readonly boxes: readonly Box[];
}

/** Cumulative since the box started; take two and subtract. Times in microseconds of CPU or of wall clock. */
export interface Usage {
  readonly box: string;
  readonly kind: string;
  readonly cpuMicros: number;
  /** Wall-clock microseconds the box stood throttled by its quota (sum over its threads where the kernel counts so). */
  readonly throttledMicros: number;
  /** Enforcement periods that passed, and those in which the box was throttled. */
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly memoryBytes: number;
}

export interface UpOptions {
  readonly slot?: number;
  /** Services to leave out, also where others depend on them: the database, when a hosted one takes its place. */
  readonly without?: readonly string[];
  /** Instances per service where it differs from the file, e.g. `{ app: 2 }`. */
  readonly scale?: Readonly<Record<string, number>>;
  /** Extra environment for the file's `${NAME}` interpolation, e.g. `{ WORKERS: '2' }`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Quota per kind where it differs from boxes.yaml, shares of one core. */
  readonly cpus?: Readonly<Record<string, number>>;
  /** Commands per service where they differ from the file: a frozen program that others are held against. */
  readonly commands?: Readonly<Record<string, readonly string[]>>;
  /** Another checkout, with its packages installed, whose stage and shop are run; native only. */
  readonly root?: string;
  /** With Prometheus, and in Compose Grafana, looking at the boxes. Costs them some of their processor time. */
  readonly observe?: boolean;
  /**
   * A network of its own for every box, so that `faults.drop` can cut it off. Native: works only in a process that
   * `inOwnNetwork` started. Compose: every container has one anyway.
   */
  readonly isolated?: boolean;
  /** Boot without any quota; the caller applies them afterwards with `limit(id, 'all', 'file')`. */
  readonly unlimited?: boolean;
  /** Called as boxes advance, for a progress display. */
  readonly onProgress?: (event: UpProgress) => void;
  /** Abort: everything started so far is taken down before the promise rejects. */
  readonly signal?: AbortSignal;
}

/** Noted of a database that a failover under way may promote, or has promoted: see `Runtime.follow`. */
export const AS_IT_IS = '=';

export type UpProgress =
  | { readonly step: 'prepare'; readonly what: string }
  | { readonly step: 'box'; readonly box: string; readonly state: BoxState; readonly afterMs: number };

export interface ExecResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A k6 run: the `load` box. It sees the stack's names, and the addresses of every stack of the same runtime. */
export interface LoadJob {
  /**
   * k6's own arguments after `run`, the script last, as a path relative to `loadtests/`. `$RESULTS` at the start of
   * an argument stands for the results folder as k6 sees it.
   */
  readonly args: readonly string[];
  /** Folder on this machine that k6 writes into; k6 sees it as `$RESULTS`. */
  readonly results: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Core to pin k6 to, where the runtime can. */
  readonly core?: number;
  /** The load goes to ports published on this machine, not to the stack's own network. */
  readonly hostNetwork?: boolean;
  /** Other stacks that the load goes to, too: k6 must reach their boxes as well. */
  readonly others?: readonly StackId[];
  readonly signal?: AbortSignal;
}

export interface LoadProcess {
  /** Base URL of k6's REST API while it runs (for live progress), if reachable from here. */
  readonly api: string | null;
  /** Resolves when k6 ended; its standard error is kept for messages. `cpuMicros`: k6's own CPU time, null if unknown. */
  readonly done: Promise<{ code: number; stderr: string; cpuMicros: number | null }>;
}

/** `quota`: `limit` to less than the file says. */
export type Fault = 'pause' | 'partition' | 'lossy-link' | 'quota' | 'full-disk' | 'clock-step';

/** Faults that a runtime can or cannot cause in a running stack. */
export interface FaultDriver {
  /** Whether it can; if not, the reason in one sentence. */
  can(fault: Fault): true | string;
  /** Stop every process of a box: it hangs, and its connections stay open. Its state is `paused`. */
  pause(id: StackId, box: string): Promise<void>;
  /** Let a paused box go on; does not wait until it is ready (`heal` does). A box that is not paused is left alone. */
  resume(id: StackId, box: string): Promise<void>;
  /**
   * Drop packets between two boxes, in both directions unless `oneWay`; neither of them gets an error. A box that starts again natively stays
   * cut off; a container that starts again is not.
   *
   * @param share of the packets, above 0: 1 is a partition, 0.2 a bad link
   * @param oneWay only those that `a` sends: it hears the other one, and is not heard
   */
  drop(id: StackId, a: string, b: string, share: number, oneWay?: boolean): Promise<void>;
  /** Stop dropping packets, between all boxes. */
  undrop(id: StackId): Promise<void>;
  /** Leave no free space on the disk that a box keeps its data on. Natively all boxes of an isolated stack share one. */
  fill(id: StackId, box: string): Promise<void>;
  /** Give the space back. A box that ended for lack of space is started by its restart policy or by `heal`. */
  unfill(id: StackId, box: string): Promise<void>;
}

/** Data of a database box that was kept when a copy of another box took its place. It goes with `down`. */
export interface SetAside {
  readonly box: string;
  /** Where it is: natively in the checkout, in Compose in the box. */
  readonly path: string;
  readonly bytes: number;
}

export interface Runtime {
  readonly name: 'compose' | 'native';
  readonly faults: FaultDriver;
  /** Start the stack; resolves when every box is ready, rejects with nothing left running. */
  up(stage: number, options?: UpOptions): Promise<StackState>;
  /** Stop and remove the stack and its data. Returns false when nothing was running. */
  down(id: StackId): Promise<boolean>;
  /** null when the stack is not running. */
  state(id: StackId): Promise<StackState | null>;
  /** Lines `box | text`; with `follow` until the signal aborts. `tail`: the last lines only. */
  logs(
    id: StackId,
    options: { boxes?: readonly string[]; follow?: boolean; tail?: number; signal?: AbortSignal },
  ): AsyncIterable<string>;
  /** Run a command inside a box, with the box's environment, names and working directory. */
  exec(
    id: StackId,
    box: string,
    argv: readonly string[],
    options?: { input?: string; timeoutMs?: number },
  ): Promise<ExecResult>;
  /** SIGKILL a box; it stays down until `heal`, its data stays. */
  kill(id: StackId, box: string): Promise<void>;
  /** Start a killed or exited box again and wait until it is ready. */
  heal(id: StackId, box: string): Promise<void>;
  /**
   * Whom a database box follows from its next start on, however it comes to start: its own name, and it is the primary;
   * null, and one that was a primary does not start at all until another box leads; `AS_IT_IS`, and it starts as what its
   * data is. One that was a primary, or followed another box, sets its data aside and copies its new primary: it can never
   * be a second primary. Takes a running box and one that is down.
   */
  follow(id: StackId, box: string, leader: string | null): Promise<void>;
  /** Data that was set aside, of running boxes in Compose. */
  setAside(id: StackId): Promise<readonly SetAside[]>;
  /** Run `count` instances of a service; boxes that go are drained (SIGTERM) first. */
  scale(id: StackId, service: string, count: number): Promise<StackState>;
  /** Stop (SIGTERM, drained) and start one box again, and wait until it is ready. */
  restart(id: StackId, box: string): Promise<void>;
  /** Send a signal to a box's main process, e.g. SIGUSR2 to reload HAProxy. */
  signal(id: StackId, box: string, name: NodeJS.Signals): Promise<void>;
  /** Change quotas of a running box (or `all`): a share of one core, `file` for what compose.yaml says, null for none. */
  limit(id: StackId, box: string, cpus: number | 'file' | null): Promise<void>;
  /** Pin a running box (or `all`) to these cores (null: all cores). Returns false where the runtime cannot. */
  pin(id: StackId, box: string, cores: readonly number[] | null): Promise<boolean>;
  usage(id: StackId): Promise<Usage[]>;
  /** Run k6 as the `load` box of the stack. */
  load(id: StackId, job: LoadJob): Promise<LoadProcess>;
}
