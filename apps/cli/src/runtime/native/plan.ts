import type { Healthcheck } from '../../stage/compose-service.ts';
import type { Limiter } from '../runtime.ts';

/** Everything the supervisor needs to run a stack, worked out beforehand from compose.yaml: plain data, written as JSON. */
export interface StackPlan {
  readonly stage: number;
  readonly slot: number;
  readonly project: string;
  /** Folder of this stack's data, logs and results. */
  readonly folder: string;
  readonly socket: string;
  /** Private hosts file: every box by its name, its Compose container name, and its service's name. */
  readonly hosts: string;
  readonly limiter: Limiter;
  /** Every box but the load generator has a network namespace of its own. */
  readonly isolated: boolean;
  /** Socket on which the stack asks for doors to the machine's network; null: it runs there, or wants none. */
  readonly doors: string | null;
  /** Folder of the shell scripts that the supervisor runs. */
  readonly scripts: string;
  /** Boot without quotas (they are applied later by `limit`). */
  readonly unlimited: boolean;
  readonly boxes: readonly BoxPlan[];
  readonly forwards: readonly Forward[];
  /** Where the supervisor tells Prometheus of the boxes; null: nobody asks. */
  readonly boxesAt: { readonly address: string; readonly port: number } | null;
  readonly entry: { readonly box: string; readonly port: number };
  readonly site: string;
  readonly mail: string;
  /** Time limit for all boxes to become ready, in milliseconds. */
  readonly deadlineMs: number;
}

export interface BoxPlan {
  readonly name: string;
  readonly service: string;
  readonly kind: string;
  readonly address: string;
  /** Started with the stack; an instance above the service's scale, or a box of a profile, waits to be asked for. */
  readonly active: boolean;
  /** Runs to its end when asked to (k6), instead of being kept up. */
  readonly job: boolean;
  /** `file:line` in compose.yaml, for messages. */
  readonly where: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Work before each start, by name: see `prepare.ts`. */
  readonly prepare: readonly Preparation[];
  readonly probe: Probe | null;
  readonly healthcheck: Healthcheck | null;
  readonly dependsOn: Readonly<
    Record<string, 'service_started' | 'service_healthy' | 'service_completed_successfully'>
  >;
  readonly restart: 'no' | 'always' | 'on-failure' | 'unless-stopped';
  readonly stopSignal: NodeJS.Signals;
  readonly stopGracePeriodMs: number;
  /** Share of one core; null: unlimited. */
  readonly cpus: number | null;
  /** Enforcement period in microseconds. */
  readonly cpuPeriod: number;
  readonly memoryBytes: number | null;
  /** User and group that it runs as (`box-user.ts`); null: the supervisor's. */
  readonly user: number | null;
}

/** How readiness is asked. The supervisor asks HTTP, Postgres, Redis and Kafka itself: starting a process a second per box would be seen in the figures. */
export type Probe =
  | { readonly kind: 'http'; readonly port: number; readonly path: string }
  | { readonly kind: 'postgres'; readonly port: number; readonly user: string; readonly database: string }
  | { readonly kind: 'redis'; readonly port: number }
  | { readonly kind: 'kafka'; readonly port: number }
  | { readonly kind: 'command'; readonly argv: readonly string[] };

export type Preparation =
  /** Empty a folder, as one in memory is at start, and write these files into it. */
  | { readonly do: 'fresh-folder'; readonly folder: string; readonly files: Readonly<Record<string, string>> }
  /** Make a folder, unless there is one already. */
  | { readonly do: 'own-folder'; readonly data: string }
  /** Copy a folder, whole or not at all, unless there is one already. */
  | { readonly do: 'copy-folder'; readonly template: string; readonly data: string }
  /** Copy the template's data directory unless there is one already. */
  | { readonly do: 'copy-template'; readonly template: string; readonly data: string }
  /**
   * One of several databases: the primary or a standby of another box, as the stack last made it (`leader.ts`), at
   * first as compose.yaml says. A standby begins as a copy of the template, as its primary did, or of its primary.
   */
  | {
      readonly do: 'member';
      readonly template: string;
      readonly data: string;
      /** Address of the box that leads at first. */
      readonly primaryUrl: string;
      /** `HOST:PORT` by name, of databases that are reached by another way than their own address: over a link. */
      readonly peers: Readonly<Record<string, string>>;
      readonly slot: string;
    };

/** A published port: `127.0.0.1:8004` leads to a box. */
export interface Forward {
  readonly host: string;
  readonly port: number;
  readonly toAddress: string;
  readonly toPort: number;
  /** Where the stack is in a network of its own: which users of the machine may come in. */
  readonly isFor: 'everybody' | 'owner';
  /**
   * Connect to the box from the client's own loopback address, so that the box can tell clients apart. Not in an isolated
   * stack, whose boxes reach only the addresses on their own network.
   */
  readonly keepsAddress: boolean;
}
