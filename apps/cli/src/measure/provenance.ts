import { cpus, release, totalmem } from 'node:os';
import { execa } from 'execa';
import type { Limiter, Runtime, StackState } from '../runtime/runtime.ts';
import { isObserved } from '../stage/observed.ts';
import { ROOT, readStage } from '../stage/stages.ts';

/** Under what circumstances a figure came about. Goes with every one of them. */
export interface Provenance {
  readonly runtime: Runtime['name'];
  readonly limiter: Limiter;
  /** e.g. `2 × AMD EPYC, 23.4 GiB, Linux 6.18.44`. */
  readonly machine: string;
  /** Twelve digits, and `+dirty` where the working tree differs from it; `unknown` outside a checkout. */
  readonly commit: string;
  readonly startedAt: string;
  /** Version of k6. */
  readonly k6: string;
  /** Shares of one core per box. */
  readonly quotas: Readonly<Record<string, number | null>>;
  readonly scenario: string;
  readonly load: string;
  readonly durationSeconds: number;
  /** What was done to quieten the machine, e.g. `spinner, pinned`; `observed` where Prometheus took its share of the boxes. */
  readonly conditions: readonly string[];
}

export interface Circumstances {
  readonly runtime: Runtime;
  readonly stacks: readonly StackState[];
  readonly scenario: string;
  /** e.g. `50/s`, `12 users`. */
  readonly load: string;
  readonly durationSeconds: number;
  readonly conditions?: readonly string[];
  readonly startedAt: Date;
}

export async function provenance(of: Circumstances): Promise<Provenance> {
  const [stack] = of.stacks;
  const several = of.stacks.length > 1;
  return {
    runtime: of.runtime.name,
    limiter: stack?.limiter ?? 'none',
    machine: machine(),
    commit: await commit(),
    startedAt: of.startedAt.toISOString(),
    k6: await k6Version(stack?.stage ?? 1),
    quotas: Object.fromEntries(
      of.stacks.flatMap(({ stage, boxes }) =>
        boxes
          .filter((box) => box.kind !== 'load')
          .map((box) => [several ? `${stage}/${box.name}` : box.name, box.cpus]),
      ),
    ),
    scenario: of.scenario,
    load: of.load,
    durationSeconds: of.durationSeconds,
    conditions: [...(of.conditions ?? []), ...(of.stacks.some(isObserved) ? ['observed'] : [])],
  };
}

export function machine(): string {
  const all = cpus();
  const model = (all[0]?.model ?? 'unknown processor').replace(/\s+/g, ' ').trim();
  return `${all.length} × ${model}, ${(totalmem() / 2 ** 30).toFixed(1)} GiB, ${process.platform} ${release()}`;
}

export async function commit(): Promise<string> {
  const git = (...args: string[]) => execa('git', args, { cwd: ROOT, reject: false, timeout: 5000 });
  const head = await git('rev-parse', '--short=12', 'HEAD');
  if (head.exitCode !== 0) return 'unknown';
  const changes = await git('status', '--porcelain', '--untracked-files=no');
  return changes.stdout.trim() === '' ? head.stdout.trim() : `${head.stdout.trim()}+dirty`;
}

/** Both runtimes run the version that the stage's compose file pins. */
async function k6Version(stage: number): Promise<string> {
  const image = (await readStage(stage)).services.load?.image ?? '';
  return /:([^@]+)/.exec(image)?.[1] ?? 'unknown';
}
