/** One service of a stage's compose.yaml with `extends`, interpolation and defaults worked out. Times in milliseconds. */
export interface ComposeService {
  readonly name: string;
  /** `file:line` where it is declared, for messages. */
  readonly where: string;
  readonly image: string;
  readonly build: {
    readonly context: string;
    readonly dockerfile: string;
    readonly target: string | null;
  } | null;
  readonly command: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly volumes: readonly ComposeVolume[];
  readonly ports: readonly ComposePort[];
  readonly dependsOn: Readonly<Record<string, DependsCondition>>;
  readonly healthcheck: Healthcheck | null;
  readonly cpuPeriod: number | null;
  readonly cpuQuota: number | null;
  readonly memLimit: number | null;
  readonly shmSize: number | null;
  readonly scale: number;
  /** `scale` is declared: its instances are app-1, app-2 …, even when there is one. */
  readonly scalable: boolean;
  readonly profiles: readonly string[];
  readonly restart: 'no' | 'always' | 'on-failure' | 'unless-stopped';
  readonly stopSignal: NodeJS.Signals;
  readonly stopGracePeriodMs: number;
  readonly user: string | null;
  readonly workingDir: string | null;
  readonly tmpfs: readonly string[];
  readonly readOnly: boolean;
  readonly capDrop: readonly string[];
  readonly securityOpt: readonly string[];
}

export type DependsCondition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export interface ComposeVolume {
  readonly type: 'bind' | 'volume';
  /** Absolute path of a bind mount, name of a volume. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export interface ComposePort {
  readonly hostIp: string;
  readonly published: number;
  readonly target: number;
}

export interface Healthcheck {
  readonly test: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly startPeriodMs: number;
}

/** The `x-stage` block: what the stage is about. */
export interface StageFacts {
  readonly title: string;
  readonly users: string;
  readonly bottleneck: string;
  readonly cure: string;
  /** The scenario that shows the step from the stage before. */
  readonly scenario: string;
  /** The service where load and people come in. */
  readonly entry: string;
  /** What `compare` divides: completions at the limit (absent), or the time that answers take at the same rate. */
  readonly gain?: 'latency';
  /** Of a latency comparison: answers to these requests only (`buy`), where it is not all. */
  readonly request?: string;
  /** Of a latency comparison: both get what the stage before does at its limit, where a modest rate shows nothing. */
  readonly at?: 'limit';
  /** The visitors whose answers are compared come from this region. */
  readonly from?: string;
  /** Where visitors of each region come in, `SERVICE:PORT`; home first. Absent: there is one region. */
  readonly regions?: Readonly<Record<string, string>>;
}

export interface ComposeFile {
  readonly path: string;
  readonly name: string;
  readonly facts: StageFacts;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: readonly string[];
}
