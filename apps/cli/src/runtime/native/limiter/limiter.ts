import type { Limiter } from '../../runtime.ts';

/** What one box has used since its group was made. */
export interface GroupUsage {
  readonly cpuMicros: number;
  readonly throttledMicros: number;
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly memoryBytes: number;
}

/** The processes of one box, which are counted and capped together: by the kernel, in a control group, or by the supervisor. */
export interface BoxGroup {
  /** A process joins by writing its own id into each of these before it becomes the box's program. */
  readonly joinFiles: readonly string[];
  /** The box's program runs, as this process: for who cannot have processes join by themselves. */
  adopt(pid: number): void;
  /** @param cpus share of one core, null for none @param periodMicros enforcement period */
  limitCpu(cpus: number | null, periodMicros: number): void;
  limitMemory(bytes: number | null): void;
  /** Its processes get a busy processor before those of the stack's other boxes. */
  goFirst(): void;
  /** Held: somebody else has stopped its processes, and lets them go on. */
  hold(isHeld: boolean): void;
  usage(): GroupUsage;
  /** Every process of the box. */
  pids(): number[];
  remove(): void;
}

export interface GroupDriver {
  readonly limiter: Limiter;
  group(box: string): BoxGroup;
  /** Remove the stack's own group, after those of its boxes. */
  remove(): void;
}

/** Kernel file of a counter such as `nr_throttled 12` per line, as a map. */
export function counters(text: string): Map<string, number> {
  return new Map(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [name = '', value] = line.split(' ');
        return [name, Number(value)];
      }),
  );
}
